import type { SearchSort, SearchWhere } from './operations';
import { readPrice } from './listing';

const sorts: readonly SearchSort[] = ['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'SALES'];

export interface Search {
  text: string;
  sort: SearchSort;
  where: SearchWhere;
}

/** What can be chosen more than once, and its name in the address. */
export type Choice = 'brand' | 'seller';

/** Reads a search from the address; what makes no sense is left out. */
export function readSearch(params: URLSearchParams): Search {
  const where: SearchWhere = {};
  const [min, max] = [readPrice(params.get('min')), readPrice(params.get('max'))];
  if (min !== null) where.minPrice = min;
  if (max !== null) where.maxPrice = max;
  const [brands, sellers] = [params.getAll('brand'), params.getAll('seller')];
  if (brands.length > 0) where.brandIds = brands;
  if (sellers.length > 0) where.sellerIds = sellers;
  const category = params.get('category');
  if (category !== null) where.categoryId = category;
  const stars = Number(params.get('stars'));
  if ([1, 2, 3, 4, 5].includes(stars)) where.minStars = stars;
  if (params.get('free') === '1') where.freeShipping = true;
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'RELEVANCE';
  return { text: params.get('q')?.trim() ?? '', sort, where };
}

/** The same address from the first page again, with one more or one less of what can be chosen more than once. */
export function toggled(params: URLSearchParams, name: Choice, id: string): URLSearchParams {
  const next = firstPage(params);
  const chosen = next.getAll(name);
  next.delete(name);
  const rest = chosen.filter((one) => one !== id);
  const now = rest.length === chosen.length ? [...chosen, id] : rest;
  now.forEach((one) => next.append(name, one));
  return next;
}

/** The same address from the first page again, with another value of one thing, or with none. */
export function replaced(params: URLSearchParams, name: string, value: string | null): URLSearchParams {
  const next = firstPage(params);
  if (value === null) next.delete(name);
  else next.set(name, value);
  return next;
}

/** Where a suggestion leads. */
export function suggestionTarget(suggestion: {
  kind: string;
  text: string;
  category: { slug: string } | null;
  product: { id: string } | null;
}): string {
  if (suggestion.category) return `/c/${suggestion.category.slug}`;
  if (suggestion.product) return `/p/${suggestion.product.id}`;
  return `/search?q=${encodeURIComponent(suggestion.text)}`;
}

function firstPage(params: URLSearchParams): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete('after');
  next.delete('before');
  return next;
}
