import { describe, expect, it, vi } from 'vitest';
import { authorizedFetch } from './authorizedFetch';

const unauthenticated = () => Response.json({ errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] });
const answer = () => Response.json({ data: { note: 'UNAUTHENTICATED is only a word here' } });

function sentToken(send: ReturnType<typeof vi.fn>, call: number): string | null {
  const init = send.mock.calls[call]?.[1] as RequestInit;
  return new Headers(init.headers).get('authorization');
}

describe('authorizedFetch', () => {
  it('adds the token and the language and keeps other headers', async () => {
    const send = vi.fn(() => Promise.resolve(answer()));
    const source = { token: () => Promise.resolve('one'), refresh: vi.fn() };
    const response = await authorizedFetch(source, 'ko', send as typeof fetch)('/graphql', {
      headers: { 'idempotency-key': 'k' },
    });
    const headers = new Headers((send.mock.calls[0] as unknown as [string, RequestInit])[1].headers);
    expect([headers.get('authorization'), headers.get('accept-language'), headers.get('idempotency-key')]).toEqual([
      'Bearer one',
      'ko',
      'k',
    ]);
    expect(await response.json()).toHaveProperty('data');
    expect(source.refresh).not.toHaveBeenCalled();
  });

  it('refreshes once and sends again when the token is no longer taken', async () => {
    const send = vi.fn().mockResolvedValueOnce(unauthenticated()).mockResolvedValueOnce(answer());
    const source = { token: () => Promise.resolve('one'), refresh: () => Promise.resolve('two') };
    const response = await authorizedFetch(source, 'ko', send as typeof fetch)('/graphql', {});
    expect(await response.json()).toHaveProperty('data');
    expect([sentToken(send, 0), sentToken(send, 1)]).toEqual(['Bearer one', 'Bearer two']);
  });

  it('gives up after one refresh, and never refreshes for a visitor', async () => {
    const send = vi.fn(() => Promise.resolve(unauthenticated()));
    const source = { token: () => Promise.resolve('one'), refresh: vi.fn(() => Promise.resolve('two')) };
    await authorizedFetch(source, 'ko', send as typeof fetch)('/graphql', {});
    expect(send).toHaveBeenCalledTimes(2);
    expect(source.refresh).toHaveBeenCalledTimes(1);

    const visitor = { token: () => Promise.resolve(null), refresh: vi.fn() };
    await authorizedFetch(visitor, 'ko', send as typeof fetch)('/graphql', {});
    expect(visitor.refresh).not.toHaveBeenCalled();
  });
});
