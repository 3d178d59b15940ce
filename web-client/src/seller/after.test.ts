import { describe, expect, it } from 'vitest';
import { commandsFor } from './claimCommands';
import { lineCommands, partsOf } from './orders';
import { couponFaults, couponTerms, dayInKorea, newCoupon } from './couponDraft';

describe('what a seller may do with a claim', () => {
  const at = (state: Parameters<typeof commandsFor>[0]['state'], remedy: 'REFUND' | 'RESHIP' = 'REFUND') =>
    commandsFor({ state, remedy, disputedAt: null });

  it('is answered first, and nothing once it ended', () => {
    expect(at('REQUESTED')).toEqual(['approve', 'reject']);
    expect(at('DONE')).toEqual([]);
    expect(at('WITHDRAWN')).toEqual([]);
  });

  it('sends other goods for an exchange alone', () => {
    expect(at('INSPECTED')).not.toContain('reship');
    expect(at('INSPECTED', 'RESHIP')[0]).toBe('reship');
  });

  it('asks staff once', () => {
    expect(at('ON_HOLD')).toContain('dispute');
    expect(commandsFor({ state: 'ON_HOLD', remedy: 'REFUND', disputedAt: '2026-01-01T00:00:00Z' })).toEqual(['resume']);
  });
});

describe('a coupon as typed', () => {
  const good = { ...newCoupon('2026-03-01'), name: '봄맞이', value: '10', endsOn: '2026-03-31' };

  it('becomes terms: percent in basis points, whole days in Korea', () => {
    expect(couponFaults(good)).toEqual({});
    expect(couponTerms({ ...good, cap: '5000', code: 'SPRING' })).toMatchObject({
      kind: 'PERCENT',
      value: 1_000,
      cap: 5_000,
      scope: 'SELLER',
      code: null,
      startsAt: '2026-03-01T00:00:00+09:00',
      endsAt: '2026-03-31T23:59:59+09:00',
      totalLimit: null,
    });
    expect(couponTerms({ ...good, kind: 'AMOUNT', value: '3000', cap: '5000' })).toMatchObject({ value: 3_000, cap: null });
  });

  it('is refused where it makes no sense', () => {
    expect(couponFaults(newCoupon('2026-03-01'))).toEqual({ name: 'needed', value: 'number', endsOn: 'needed' });
    expect(couponFaults({ ...good, value: '101' })).toEqual({ value: 'percent' });
    expect(couponFaults({ ...good, kind: 'AMOUNT', value: '101' })).toEqual({});
    expect(couponFaults({ ...good, endsOn: '2026-02-28' })).toEqual({ endsOn: 'order' });
    expect(couponFaults({ ...good, distribution: 'CODE' })).toEqual({ code: 'needed' });
  });

  it('begins today, in Korea', () => {
    expect(dayInKorea(new Date('2026-02-28T16:00:00Z'))).toBe('2026-03-01');
  });
});

describe('what a seller may do with a line', () => {
  it('is the next step, and to give up what no carrier has', () => {
    expect(lineCommands('PAID')).toEqual(['prepare', 'withdraw']);
    expect(lineCommands('PREPARING')).toEqual(['ship', 'withdraw']);
    expect(lineCommands('UNDELIVERED')).toEqual(['resend', 'withdraw']);
    expect(lineCommands('SHIPPED')).not.toContain('withdraw');
    expect(lineCommands('CANCELLED')).toEqual([]);
  });
});

describe('late lines', () => {
  it('stand under the orders that they belong to, in the order in which they wait', () => {
    const shippingAddress = { recipient: '', phone: '', zonecode: '', roadAddress: '', detail: '', entranceNote: null };
    const late = (id: string, part: string) => ({
      id,
      productTitle: id,
      variantName: '',
      imageUrl: null,
      quantity: 1,
      total: { amount: 1 },
      state: 'PAID' as const,
      isLate: true,
      prepareBy: null,
      resendBy: null,
      cancelReason: null,
      cancelAnswerBy: null,
      carrier: null,
      trackingNumber: null,
      sellerOrder: { id: part, number: part, state: 'PAID' as const, placedAt: '', total: { amount: 1 }, shippingAddress },
    });
    const parts = partsOf([late('a', 'second'), late('b', 'first'), late('c', 'second')]);
    expect(parts.map((part) => [part.id, part.lines.map((line) => line.id)])).toEqual([
      ['second', ['a', 'c']],
      ['first', ['b']],
    ]);
  });
});
