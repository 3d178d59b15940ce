import { describe, expect, it } from 'vitest';
import { approvedAmount, wonOf } from './money';

describe('an amount as typed', () => {
  it.each([
    ['1,500,000', 1_500_000],
    [' 300 ', 300],
    ['0', null],
    ['-5', null],
    ['1.5', null],
    ['', null],
    ['90071992547409930', null],
  ])('%j is %s', (text, expected) => {
    expect(wonOf(text)).toBe(expected);
  });
});

describe('a request for approval of a refund', () => {
  it('names an amount', () => {
    expect(approvedAmount('{"amount":1500000}')).toBe(1_500_000);
    expect(approvedAmount('{"roles":[]}')).toBe(0);
    expect(approvedAmount('none')).toBe(0);
  });
});
