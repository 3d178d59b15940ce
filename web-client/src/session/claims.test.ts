import { describe, expect, it } from 'vitest';
import { readClaims } from './claims';

function token(claims: unknown): string {
  return `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
}

describe('readClaims', () => {
  it('reads the scopes it knows, as a list or as text', () => {
    expect(readClaims(token({ sub: '한글', scopes: ['buyer', 'staff', 'moon'] })).scopes).toEqual(['buyer', 'staff']);
    expect(readClaims(token({ scopes: 'buyer seller' })).scopes).toEqual(['buyer', 'seller']);
  });

  it.each(['', 'x', 'a.b.c', 'a.!!!.c', token(null), token('text'), token({ scopes: 7 })])('grants nothing for %j', (text) => {
    expect(readClaims(text).scopes).toEqual([]);
  });
});
