import type { CategoryChoicesQuery } from './operations';

interface Named {
  id: string;
  name: string;
  children?: readonly Named[];
}

/** Every category without children of the tree below these, with its whole path. */
export function leafCategories(categories: CategoryChoicesQuery['categories']): { value: string; label: string }[] {
  const leaves = (category: Named, above: string): { value: string; label: string }[] => {
    const label = above === '' ? category.name : `${above} › ${category.name}`;
    const below = category.children ?? [];
    return below.length === 0 ? [{ value: category.id, label }] : below.flatMap((child) => leaves(child, label));
  };
  return categories.flatMap((category) => leaves(category, ''));
}
