import type { ProductSort, ProductWhere } from './operations';

const sorts: readonly ProductSort[] = ['NEWEST', 'PRICE_ASC', 'PRICE_DESC'];

export interface Listing {
  sort: ProductSort;
  minPrice: number | null;
  maxPrice: number | null;
}

/** Reads sort and price range from the address; what makes no sense is left out. */
export function readListing(params: URLSearchParams): Listing {
  const sort = sorts.find((one) => one === params.get('sort')) ?? 'NEWEST';
  return { sort, minPrice: readPrice(params.get('min')), maxPrice: readPrice(params.get('max')) };
}

export function readPrice(text: string | null): number | null {
  if (text === null || !/^\d{1,12}$/.test(text.trim())) return null;
  return Number(text);
}

/** The same address with another filter, from the first page again. */
export function writeListing(params: URLSearchParams, change: Partial<Listing>): URLSearchParams {
  const next = new URLSearchParams(params);
  next.delete('after');
  next.delete('before');
  const put = (name: string, value: number | string | null | undefined) => {
    if (value === undefined) return;
    if (value === null) next.delete(name);
    else next.set(name, String(value));
  };
  put('sort', change.sort);
  put('min', change.minPrice);
  put('max', change.maxPrice);
  return next;
}

export function whereOf(listing: Listing, more: ProductWhere = {}): ProductWhere {
  return {
    ...more,
    ...(listing.minPrice === null ? {} : { minPrice: listing.minPrice }),
    ...(listing.maxPrice === null ? {} : { maxPrice: listing.maxPrice }),
  };
}
