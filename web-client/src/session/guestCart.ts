import { useSyncExternalStore } from 'react';

const key = 'doa.guestCart';
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The token of the cart of a visitor who has not signed in; null when there is none. */
export function guestCartToken(): string | null {
  return localStorage.getItem(key);
}

export function useGuestCartToken(): string | null {
  return useSyncExternalStore(subscribe, guestCartToken);
}

export function keepGuestCartToken(token: string): void {
  localStorage.setItem(key, token);
  for (const listener of listeners) listener();
}

export function forgetGuestCart(): void {
  localStorage.removeItem(key);
  for (const listener of listeners) listener();
}
