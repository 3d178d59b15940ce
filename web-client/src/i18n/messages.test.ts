import { describe, expect, it } from 'vitest';
import { en } from './en';
import { createFormat } from './format';
import { ko } from './ko';

function texts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    // Every parameter of a message is a number or a text.
    const call = value as (...args: (string | number)[]) => string;
    return [[path, call(...Array.from({ length: call.length }, () => 1))]];
  }
  return Object.entries(value as object).flatMap(([key, inner]) => texts(inner, `${path}.${key}`));
}

describe('messages', () => {
  it('say something everywhere, in both languages', () => {
    const korean = texts(ko, '');
    const english = texts(en, '');
    expect(english.map(([path]) => path)).toEqual(korean.map(([path]) => path));
    expect([...korean, ...english].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  it('leave no Korean in the English texts but examples', () => {
    const found = texts(en, '').filter(([path, text]) => /[가-힣]/.test(text) && path !== '.seller.mailOrderHint');
    expect(found).toEqual([]);
  });
});

describe('createFormat', () => {
  it('writes won without minor units', () => {
    expect(createFormat('ko').won(1234567)).toBe('₩1,234,567');
    expect(createFormat('en').won(-500)).toBe('-₩500');
  });

  it('shows times in Korea, whatever the machine is set to', () => {
    expect(createFormat('en').dateTime('2025-01-31T15:30:00Z')).toContain('Feb 1, 2025');
    expect(createFormat('ko').date('2025-01-31T15:30:00Z')).toContain('2025. 2. 1.');
  });
});
