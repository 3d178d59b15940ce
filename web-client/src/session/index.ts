import { useSyncExternalStore } from 'react';
import { postGraphql } from '../api/post';
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

window.addEventListener('storage', (event) => {
  if (event.key === refreshTokenKey) session.followOtherTab(event.newValue);
});

export function useSession(): SessionState {
  return useSyncExternalStore(session.subscribe, session.snapshot);
}
