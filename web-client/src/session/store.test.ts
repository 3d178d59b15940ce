import { describe, expect, it, vi } from 'vitest';
import { refreshTokenKey, SessionStore, type RefreshOutcome, type Tokens } from './store';

function tokens(name: string, scopes: string[] = ['buyer']): Tokens {
  const body = Buffer.from(JSON.stringify({ scopes })).toString('base64url');
  return { accessToken: `${name}.${body}.s`, refreshToken: `refresh-${name}`, expiresIn: 600 };
}

function setUp(stored: string | null, refresh: (token: string) => Promise<RefreshOutcome>) {
  const kept = new Map<string, string>(stored === null ? [] : [[refreshTokenKey, stored]]);
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  const clock = { now: 0 };
  const asked = vi.fn(refresh);
  const store = new SessionStore({ storage, refresh: asked, now: () => clock.now, alone: (work) => work() });
  return { store, asked, clock, kept };
}

describe('SessionStore', () => {
  it('asks the server once for many callers and rotates both tokens', async () => {
    const { store, asked, kept } = setUp('old', () => Promise.resolve({ tokens: tokens('new') }));
    expect(store.snapshot().status).toBe('restoring');
    const answers = await Promise.all([store.token(), store.token(), store.refresh()]);
    expect(new Set(answers)).toEqual(new Set([tokens('new').accessToken]));
    expect(asked).toHaveBeenCalledExactlyOnceWith('old');
    expect(kept.get(refreshTokenKey)).toBe('refresh-new');
    expect(store.snapshot()).toMatchObject({ status: 'signedIn', scopes: ['buyer'], generation: 0 });
  });

  it('refreshes shortly before the access token expires, not sooner', async () => {
    const { store, asked, clock } = setUp(null, () => Promise.resolve({ tokens: tokens('second') }));
    store.adopt(tokens('first'));
    clock.now = 560_000;
    expect(await store.token()).toBe(tokens('first').accessToken);
    expect(asked).not.toHaveBeenCalled();
    clock.now = 571_000;
    expect(await store.token()).toBe(tokens('second').accessToken);
  });

  it('signs out when the refresh token is refused', async () => {
    const { store, kept } = setUp('old', () => Promise.resolve('refused' as const));
    expect(await store.token()).toBeNull();
    expect(store.snapshot().status).toBe('signedOut');
    expect(kept.has(refreshTokenKey)).toBe(false);
  });

  it('keeps the refresh token when the network fails and uses it at the next request', async () => {
    const refresh = vi
      .fn<(token: string) => Promise<RefreshOutcome>>()
      .mockRejectedValueOnce(new TypeError('offline'))
      .mockResolvedValueOnce({ tokens: tokens('new') });
    const { store, kept } = setUp('old', refresh);
    expect(await store.token()).toBeNull();
    expect(kept.get(refreshTokenKey)).toBe('old');
    expect(await store.token()).toBe(tokens('new').accessToken);
  });

  it('uses the token that another tab has rotated meanwhile', async () => {
    const { store, asked, kept } = setUp('old', () => Promise.resolve({ tokens: tokens('new') }));
    kept.set(refreshTokenKey, 'rotated elsewhere');
    await store.refresh();
    expect(asked).toHaveBeenCalledExactlyOnceWith('rotated elsewhere');
  });

  it('starts a new generation whenever the reader changes', () => {
    const { store } = setUp(null, () => Promise.resolve('refused' as const));
    store.adopt(tokens('a'));
    expect(store.snapshot().generation).toBe(1);
    store.adopt(tokens('b'));
    expect(store.snapshot().generation).toBe(1);
    store.clear();
    expect(store.snapshot().generation).toBe(2);
  });
});
