import type { OrderLineState, StaffOrderLineFragment, StaffSellerOrderFragment } from './operations';

export type Line = StaffOrderLineFragment;

/** What changes with a line. */
export const changes = ['Order', 'SellerOrder', 'OrderLine', 'Payment'];

const paidAndUnsent: readonly OrderLineState[] = ['PAID', 'PREPARING', 'UNDELIVERED'];
const sent: readonly OrderLineState[] = ['SHIPPED', 'UNDELIVERED'];

/** Whether staff may cancel it as what cannot be sent; the API decides again. */
export function canWithdraw({ state }: Pick<Line, 'state'>): boolean {
  return paidAndUnsent.includes(state);
}

/** Whether staff may report that it has arrived. */
export function canDeliver({ state }: Pick<Line, 'state'>): boolean {
  return sent.includes(state);
}

type Amounts = Pick<StaffSellerOrderFragment, 'shippingTotal' | 'shippingRefunded'> & {
  lines: readonly Pick<Line, 'state' | 'total'>[];
};

/** At most so much goes back when all is cancelled that can be, with the shipping of the parts that it is of. */
export function mostRefund(parts: readonly Amounts[]): number {
  return parts
    .map(({ lines, shippingTotal, shippingRefunded }) => {
      const goods = lines.filter(canWithdraw).reduce((sum, line) => sum + line.total.amount, 0);
      return goods === 0 ? 0 : goods + shippingTotal.amount - shippingRefunded.amount;
    })
    .reduce((sum, amount) => sum + amount, 0);
}
