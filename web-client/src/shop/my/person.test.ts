import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { webAddress } from '../webAddress';
import { adultPage, keepNext, nextOf, readIdentityReturn, windowEnd } from './identity';
import { fileName, missingIn } from './ownData';

describe('the window of an identity verification', () => {
  it.each([
    ['identityVerificationId=idv_1&identityVerificationTxId=t&transactionType=IDENTITY_VERIFICATION', { id: 'idv_1', finished: true }],
    ['identityVerificationId=idv_1&code=FAILURE_TYPE_PG&message=x', { id: 'idv_1', finished: false }],
    ['identityVerificationId=', null],
    ['next=/cart', null],
  ])('comes back with %s', (query, expected) => {
    expect(readIdentityReturn(new URLSearchParams(query))).toEqual(expected);
  });

  it('is finished unless it says why not, or takes the place of the page', () => {
    expect(windowEnd({})).toBe('finished');
    expect(windowEnd({ code: 'PgProviderError' })).toBe('unfinished');
    expect(windowEnd(undefined)).toBe('gone');
  });

  it('is a page of the web', () => {
    const origin = 'http://localhost:3000';
    expect(webAddress('/sandbox/portone/window/idv_1', origin)?.toString()).toBe(`${origin}/sandbox/portone/window/idv_1`);
    expect(webAddress('https://verify.example/', origin)?.host).toBe('verify.example');
    expect(webAddress('javascript:alert(1)', origin)).toBeNull();
    expect(webAddress('http://', origin)).toBeNull();
  });
});

describe('the page that a verification leads back to', () => {
  const kept = new Map<string, string>();
  beforeEach(() => {
    kept.clear();
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => kept.set(key, value),
      removeItem: (key: string) => kept.delete(key),
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  const next = (query: string) => nextOf(new URLSearchParams(query));

  it('is named in the address, and is one of ours', () => {
    const from = '/checkout?product=prd_1&quantity=2';
    expect(nextOf(new URL(adultPage(from), 'http://localhost').searchParams)).toBe(from);
    expect(next('next=https://evil.example')).toBe('/');
    expect(adultPage(null)).toBe('/my/adult');
    expect(next('')).toBeNull();
  });

  it('outlasts the provider’s page, for the verification that it was kept for', () => {
    keepNext('idv_1', '/cart');
    expect(next('identityVerificationId=idv_1')).toBe('/cart');
    expect(next('identityVerificationId=idv_2')).toBeNull();
    expect(next('')).toBeNull();
    keepNext('idv_3', null);
    expect(next('identityVerificationId=idv_1')).toBeNull();
  });
});

describe('a file of all of one’s data', () => {
  it('is named by the day in Korea', () => {
    expect(fileName('2026-11-27T14:59:59Z')).toBe('doa-market-my-data-2026-11-27.json');
    expect(fileName('2026-11-27T15:00:00Z')).toBe('doa-market-my-data-2026-11-28.json');
  });

  it('tells what it lacks', () => {
    const sections = { orders: { state: 'CUT' }, claims: { state: 'UNAVAILABLE' }, cart: { state: 'COMPLETE' } };
    expect(missingIn(JSON.stringify({ sections }))).toEqual({ cut: ['orders'], unavailable: ['claims'] });
  });
});
