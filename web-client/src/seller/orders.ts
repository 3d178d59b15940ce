import type { LateOrderLinesQuery, OrderLineState, SellerOrderHeadFragment, SellerOrderLineFragment } from './operations';

export type Line = SellerOrderLineFragment;
/** A seller's part of an order, with the lines of it that are shown. */
export type Part = SellerOrderHeadFragment & { lines: readonly Line[] };

/** What changes with a line. */
export const changes = ['SellerOrder', 'OrderLine', 'Order'];

export type LineCommand = 'prepare' | 'ship' | 'deliver' | 'resend' | 'approve' | 'reject' | 'withdraw';

const offered: Partial<Record<OrderLineState, readonly LineCommand[]>> = {
  PAID: ['prepare', 'withdraw'],
  PREPARING: ['ship', 'withdraw'],
  SHIPPED: ['deliver'],
  UNDELIVERED: ['resend', 'withdraw'],
  CANCEL_REQUESTED: ['approve', 'reject'],
};

/** What a seller may do with a line now, the next step first; the API decides again. */
export function lineCommands(state: OrderLineState): readonly LineCommand[] {
  return offered[state] ?? [];
}

/** Lines under the parts of orders that they belong to, in the order in which they come. */
export function partsOf(lines: LateOrderLinesQuery['lateOrderLines']['nodes']): readonly Part[] {
  const parts = new Map<string, SellerOrderHeadFragment & { lines: Line[] }>();
  for (const { sellerOrder, ...line } of lines) {
    const part = parts.get(sellerOrder.id);
    if (part) part.lines.push(line);
    else parts.set(sellerOrder.id, { ...sellerOrder, lines: [line] });
  }
  return [...parts.values()];
}
