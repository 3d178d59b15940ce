/** What a page may open; the API enforces the same scopes again. */
export type Scope = 'buyer' | 'seller' | 'staff';

export interface Claims {
  scopes: readonly Scope[];
  /** What the account would open with a second factor. */
  withheld: readonly Scope[];
}

const known: readonly Scope[] = ['buyer', 'seller', 'staff'];

/** Reads an access token's claims without checking its signature: they only choose which pages to show. */
export function readClaims(accessToken: string): Claims {
  const nothing: Claims = { scopes: [], withheld: [] };
  const body = accessToken.split('.')[1];
  if (body === undefined) return nothing;
  try {
    const bytes = Uint8Array.from(atob(body.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof claims !== 'object' || claims === null) return nothing;
    const { scopes, withheld } = claims as { scopes?: unknown; withheld?: unknown };
    return { scopes: listed(scopes), withheld: listed(withheld) };
  } catch {
    return nothing;
  }
}

function listed(scopes: unknown): Scope[] {
  const list: unknown[] = Array.isArray(scopes) ? scopes : typeof scopes === 'string' ? scopes.split(' ') : [];
  return known.filter((scope) => list.includes(scope));
}
