import { useMemo } from 'react';
import { useSearchParams } from 'react-router';

export interface PageVariables {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}

/** The page of a keyset list, kept in the address so that back, reload and shared links show the same one. */
export function usePageVariables(size: number): PageVariables {
  const [params] = useSearchParams();
  const after = params.get('after');
  const before = params.get('before');
  return useMemo(() => {
    if (before !== null) return { last: size, before };
    return after === null ? { first: size } : { first: size, after };
  }, [size, after, before]);
}

/** The page of a list that is read in one direction. */
export function useForwardVariables(size: number): { first: number; after?: string } {
  const [params] = useSearchParams();
  const after = params.get('after');
  return useMemo(() => (after === null ? { first: size } : { first: size, after }), [size, after]);
}

/** The same address on another page, or on the first one without a cursor. */
export function withCursor(params: URLSearchParams, cursor: { after?: string; before?: string }): string {
  const next = new URLSearchParams(params);
  next.delete('after');
  next.delete('before');
  if (cursor.after !== undefined) next.set('after', cursor.after);
  if (cursor.before !== undefined) next.set('before', cursor.before);
  return `?${next.toString()}`;
}
