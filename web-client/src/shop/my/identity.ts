import { nextPage } from '../next';

/** The page of adult verification, and the page to go back to from there. */
export function adultPage(next: string | null): string {
  return next === null ? '/my/adult' : `/my/adult?next=${encodeURIComponent(next)}`;
}

/** What the provider's window brought back to our page, where it took the page's place. */
export interface IdentityReturn {
  id: string;
  /** False when the person gave up or was not verified. */
  finished: boolean;
}

/** Null when the address is not one that a window came back to. */
export function readIdentityReturn(params: URLSearchParams): IdentityReturn | null {
  const id = params.get('identityVerificationId');
  return id === null || id === '' ? null : { id, finished: params.get('code') === null };
}

/** How a window was left: `gone` when it takes the place of this page, which it comes back to. */
export type WindowEnd = 'finished' | 'unfinished' | 'gone';

export function windowEnd(answer: { code?: string | undefined } | undefined): WindowEnd {
  if (answer === undefined) return 'gone';
  return answer.code === undefined ? 'finished' : 'unfinished';
}

const key = 'doa.identity';

/** Keeps in this tab where the person came from, while the provider's window takes the page's place. */
export function keepNext(id: string, next: string | null): void {
  if (next === null) sessionStorage.removeItem(key);
  else sessionStorage.setItem(key, JSON.stringify({ id, next }));
}

/** The page to go back to: named in the address, or kept while the window was open. */
export function nextOf(params: URLSearchParams): string | null {
  if (params.has('next')) return nextPage(params);
  const id = readIdentityReturn(params)?.id;
  const text = id === undefined ? null : sessionStorage.getItem(key);
  if (text === null) return null;
  const kept = JSON.parse(text) as { id: string; next: string };
  return kept.id === id ? kept.next : null;
}
