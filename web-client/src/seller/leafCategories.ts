import type { CategoryChoicesQuery } from './operations';

/** Every category without children, whether the list names the whole tree or only its upper levels. */
export function leafCategories(categories: CategoryChoicesQuery['categories']): { value: string; label: string }[] {
  const parents = new Set(categories.filter((one) => one.children.length > 0).map((one) => one.id));
  const labels = new Map<string, string>();
  for (const category of categories) {
    const label = category.path.map((step) => step.name).join(' › ');
    labels.set(category.id, label);
    for (const child of category.children) {
      if (!labels.has(child.id)) labels.set(child.id, `${label} › ${child.name}`);
    }
  }
  return [...labels].filter(([id]) => !parents.has(id)).map(([value, label]) => ({ value, label }));
}
