import type { ClaimKind, ClaimReason, ClaimRemedy, ClaimState, OrderLineState } from '../operations';

// What the API will do with a claim, to show it before it is asked; the API decides again.

const ofBuyer: readonly ClaimReason[] = ['CHANGE_OF_MIND', 'WRONG_CHOICE'];
const ofSeller: readonly ClaimReason[] = ['DEFECTIVE', 'DAMAGED', 'WRONG_ITEM', 'NOT_AS_DESCRIBED'];

/** What can be claimed of a line in this state. */
export function kindsFor(state: OrderLineState): readonly ClaimKind[] {
  if (state === 'DELIVERED' || state === 'EXCHANGED') return ['RETURN', 'EXCHANGE', 'DEFECT'];
  return state === 'CONFIRMED' ? ['DEFECT'] : [];
}

export function reasonsFor(kind: ClaimKind): readonly ClaimReason[] {
  return kind === 'DEFECT' ? ofSeller : [...ofBuyer, ...ofSeller];
}

export function isSellersFault(reason: ClaimReason): boolean {
  return ofSeller.includes(reason);
}

/** What the buyer gets: a defect alone leaves the choice. */
export function remedyOf(kind: ClaimKind, wish: ClaimRemedy): ClaimRemedy {
  if (kind === 'DEFECT') return wish;
  return kind === 'EXCHANGE' ? 'RESHIP' : 'REFUND';
}

/** The share of an amount that `pieces` have, after `before` of `quantity`: the shares of all pieces sum to it. */
export function share(amount: number, quantity: number, before: number, pieces: number): number {
  const upTo = (count: number) => Math.floor((amount * count) / Math.max(quantity, 1));
  return upTo(before + pieces) - upTo(before);
}

interface TravelFees {
  returnFee: { amount: number };
  exchangeFee: { amount: number };
}

/** What sending goods costs the buyer and what comes back. */
export function estimate(remedy: ClaimRemedy, reason: ClaimReason, items: number, fees: TravelFees) {
  const free = isSellersFault(reason);
  if (remedy === 'RESHIP') return { fee: free ? 0 : fees.exchangeFee.amount, refund: 0 };
  const fee = free ? 0 : Math.min(fees.returnFee.amount, items);
  return { fee, refund: items - fee };
}

export function isOpen(state: ClaimState): boolean {
  return state !== 'DONE' && state !== 'REJECTED' && state !== 'WITHDRAWN';
}

interface Standing {
  state: ClaimState;
  collectedAt: string | null;
  disputedAt: string | null;
}

/** What the buyer may do with a claim now. */
export function buyerCommands({ state, collectedAt, disputedAt }: Standing) {
  const before: readonly ClaimState[] = ['REQUESTED', 'APPROVED', 'COLLECTING', 'ON_HOLD'];
  return {
    withdraw: before.includes(state) && collectedAt === null,
    sendBack: state === 'APPROVED',
    complete: state === 'RESHIPPED',
    dispute: (state === 'REJECTED' || state === 'ON_HOLD') && disputedAt === null,
  };
}

interface Exchangeable {
  variant: { id: string };
  unitPrice: { amount: number };
  product: {
    variants: readonly {
      id: string;
      name: string;
      price: { amount: number };
      sellable: boolean;
      availability: { inStock: boolean };
    }[];
  };
}

/** The variants that can come instead: the same one, and those in stock at the same price. */
export function exchangeable({ variant, unitPrice, product }: Exchangeable) {
  return product.variants.filter(
    (one) =>
      one.id === variant.id || (one.sellable && one.availability.inStock && one.price.amount === unitPrice.amount),
  );
}
