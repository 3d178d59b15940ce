import { describe, expect, it } from 'vitest';
import { Attempts, newUuid } from './attempts';

function memory() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('Attempts', () => {
  it('keeps one key for one body until the attempt ends, over a reload too', () => {
    const storage = memory();
    let next = 0;
    const make = () => new Attempts(storage, () => `key-${next++}`);
    const attempts = make();
    expect(attempts.keyFor('pay', { amount: 1 })).toBe('key-0');
    expect(attempts.keyFor('pay', { amount: 1 })).toBe('key-0');
    expect(make().keyFor('pay', { amount: 1 })).toBe('key-0');
    expect(attempts.keyFor('pay', { amount: 2 })).toBe('key-1');
    attempts.end('pay');
    expect(attempts.keyFor('pay', { amount: 2 })).toBe('key-2');
  });

  it('survives damaged storage', () => {
    const storage = memory();
    storage.setItem('doa.attempt.pay', '{broken');
    expect(new Attempts(storage, () => 'fresh').keyFor('pay', {})).toBe('fresh');
  });
});

describe('newUuid', () => {
  it('makes version 4 identifiers', () => {
    const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    expect(newUuid()).toMatch(pattern);
    expect(newUuid()).not.toBe(newUuid());
  });

  it('makes them without a secure context as well', () => {
    const secure = crypto.randomUUID;
    Object.defineProperty(crypto, 'randomUUID', { value: undefined, configurable: true });
    try {
      expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    } finally {
      Object.defineProperty(crypto, 'randomUUID', { value: secure, configurable: true });
    }
  });
});
