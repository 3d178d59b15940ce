/** A category with all below it. */
export interface TreeNode {
  id: string;
  slug: string;
  name: string;
  children?: readonly TreeNode[];
}

/** A category and where it stands in the tree. */
export interface Placed {
  node: TreeNode;
  /** 1 at the top. */
  level: number;
  parentId: string | null;
  /** The names from the top to this one. */
  path: string;
  /** The ids of its level, itself among them, in their order. */
  siblings: readonly string[];
}

export const levels = 3;

const below = (node: TreeNode): readonly TreeNode[] => node.children ?? [];

/** Every category, each before those below it. */
export function placed(nodes: readonly TreeNode[], above: Placed | null = null): Placed[] {
  const siblings = nodes.map((node) => node.id);
  return nodes.flatMap((node) => {
    const path = above === null ? node.name : `${above.path} › ${node.name}`;
    const place = { node, level: (above?.level ?? 0) + 1, parentId: above?.node.id ?? null, path, siblings };
    return [place, ...placed(below(node), place)];
  });
}

function height(node: TreeNode): number {
  return 1 + Math.max(0, ...below(node).map(height));
}

function isWithin(node: TreeNode, id: string): boolean {
  return node.id === id || below(node).some((child) => isWithin(child, id));
}

/** The categories below which this one can be put: not where it is, nor below itself, nor deeper than the tree goes. */
export function parentsFor(all: readonly Placed[], { node, parentId }: Placed): readonly Placed[] {
  return all.filter(
    (other) => other.node.id !== parentId && !isWithin(node, other.node.id) && other.level + height(node) <= levels,
  );
}

/** A level's ids with one of them a step further up (-1) or down (1). */
export function reordered(ids: readonly string[], id: string, step: -1 | 1): string[] {
  const from = ids.indexOf(id);
  const to = from + step;
  const next = [...ids];
  const other = next[to];
  if (from < 0 || other === undefined) return next;
  next[to] = id;
  next[from] = other;
  return next;
}

/** Whether a text can stand in the address of a category. */
export function isSlug(text: string): boolean {
  return text.length <= 60 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}
