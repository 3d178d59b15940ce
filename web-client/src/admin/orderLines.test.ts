import { describe, expect, it } from 'vitest';
import type { OrderLineState } from './operations';
import { canDeliver, canWithdraw, mostRefund } from './orderLines';

const states: OrderLineState[] = ['PAYMENT_PENDING', 'PAID', 'PREPARING', 'SHIPPED', 'UNDELIVERED', 'DELIVERED', 'CANCEL_REQUESTED'];

describe('what staff may do with a line', () => {
  it('is to cancel what is paid and no carrier has, and to report what was sent as arrived', () => {
    expect(states.filter((state) => canWithdraw({ state }))).toEqual(['PAID', 'PREPARING', 'UNDELIVERED']);
    expect(states.filter((state) => canDeliver({ state }))).toEqual(['SHIPPED', 'UNDELIVERED']);
  });
});

describe('mostRefund', () => {
  const part = (shipping: number, refunded: number, ...lines: [OrderLineState, number][]) => ({
    shippingTotal: { amount: shipping },
    shippingRefunded: { amount: refunded },
    lines: lines.map(([state, amount]) => ({ state, total: { amount } })),
  });

  it('counts what can be cancelled, with what is left of its shipping', () => {
    expect(mostRefund([part(3_000, 1_000, ['PAID', 10_000], ['SHIPPED', 50_000]), part(2_500, 0, ['PREPARING', 700])])).toBe(15_200);
  });

  it('counts no shipping of a part of which nothing can be cancelled', () => {
    expect(mostRefund([part(3_000, 0, ['DELIVERED', 10_000]), part(0, 0, ['PAID', 500])])).toBe(500);
  });
});
