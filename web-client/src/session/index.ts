import { useSyncExternalStore } from 'react';
import type { TokenSource } from '../api/authorizedFetch';
import { postGraphql } from '../api/post';
import { readClaims } from './claims';
import { LookKeeper } from './look';
import { RefreshSessionDocument } from './operations';
import { refreshTokenKey, SessionStore, type RefreshOutcome, type SessionState } from './store';

async function refresh(refreshToken: string): Promise<RefreshOutcome> {
  const answer = await postGraphql(RefreshSessionDocument, { input: { refreshToken } });
  const payload = answer.data?.refreshSession;
  if (payload?.tokens) return { tokens: payload.tokens };
  if (payload?.userErrors.some((refusal) => !refusal.retryable)) return 'refused';
  if (answer.errors?.some((error) => error.extensions?.code === 'UNAUTHENTICATED')) return 'refused';
  throw new Error('The session could not be refreshed now.');
}

function alone<T>(work: () => Promise<T>): Promise<T> {
  // Web Locks exist only in secure contexts; elsewhere one tab at a time is the best there is.
  if (!('locks' in navigator)) return work();
  return navigator.locks.request('doa.refresh', work) as Promise<T>;
}

export const session = new SessionStore({ storage: localStorage, refresh, now: () => Date.now(), alone });

export const looks = new LookKeeper({ storage: sessionStorage, open: (path) => window.location.assign(path) });

/** Whose tokens the pages' requests carry. */
export const reader: TokenSource = looks.tokens() ?? session;

const looking: SessionState | null = looks.current && {
  status: 'signedIn',
  ...readClaims(looks.current.accessToken),
  generation: 0,
};

window.addEventListener('storage', (event) => {
  if (event.key !== refreshTokenKey) return;
  session.followOtherTab(event.newValue);
  // Staff who sign out look as nobody else any more.
  if (event.newValue === null) looks.leave(false);
});

window.addEventListener('pageshow', (event) => {
  // A browser may bring a whole document back from its history, with its reader.
  if (event.persisted && looks.isStale()) window.location.reload();
});

/** Who reads: the one as whom staff look, or who is signed in. */
export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, () => looking ?? session.snapshot());
}
