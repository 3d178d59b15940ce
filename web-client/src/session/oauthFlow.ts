/** What a sign-in by somebody else's service needs when the browser comes back. */
export interface OauthFlow {
  flow: string;
  state: string;
  /** The page to go on with. */
  next: string;
}

const key = 'doa.oauth';

/** Kept in this tab alone: a sign-in that began elsewhere is not this browser's. */
export function keepFlow(flow: OauthFlow): void {
  sessionStorage.setItem(key, JSON.stringify(flow));
}

/** The flow whose state the provider brought back. */
export function keptFlow(state: string | null): OauthFlow | null {
  const text = sessionStorage.getItem(key);
  if (text === null) return null;
  const flow = JSON.parse(text) as OauthFlow;
  return flow.state === state ? flow : null;
}

/** Forgets the flow, which is for the browser's first return. */
export function forgetFlow(): void {
  sessionStorage.removeItem(key);
}
