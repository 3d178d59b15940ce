import { describe, expect, it } from 'vitest';
import { buyerCommands, estimate, isOpen, kindsFor, reasonsFor, remedyOf, share } from './rules';

describe('what can be claimed', () => {
  it('is everything after the delivery, defects alone after the confirmation, and nothing before', () => {
    expect(kindsFor('DELIVERED')).toEqual(['RETURN', 'EXCHANGE', 'DEFECT']);
    expect(kindsFor('EXCHANGED')).toHaveLength(3);
    expect(kindsFor('CONFIRMED')).toEqual(['DEFECT']);
    expect(kindsFor('SHIPPED')).toEqual([]);
    expect(kindsFor('RETURNED')).toEqual([]);
  });

  it('is a defect for a reason of the seller only', () => {
    expect(reasonsFor('DEFECT')).not.toContain('CHANGE_OF_MIND');
    expect(reasonsFor('RETURN')).toContain('CHANGE_OF_MIND');
    expect(remedyOf('DEFECT', 'RESHIP')).toBe('RESHIP');
    expect(remedyOf('RETURN', 'RESHIP')).toBe('REFUND');
    expect(remedyOf('EXCHANGE', 'REFUND')).toBe('RESHIP');
  });
});

describe('what a claim costs', () => {
  it('is what the seller announced, and nothing when the fault is the seller’s', () => {
    const fees = { returnFee: { amount: 3_000 }, exchangeFee: { amount: 5_000 } };
    expect(estimate('REFUND', 'CHANGE_OF_MIND', 20_000, fees)).toEqual({ fee: 3_000, refund: 17_000 });
    expect(estimate('RESHIP', 'WRONG_CHOICE', 20_000, fees)).toEqual({ fee: 5_000, refund: 0 });
    expect(estimate('REFUND', 'DAMAGED', 20_000, fees)).toEqual({ fee: 0, refund: 20_000 });
    expect(estimate('REFUND', 'CHANGE_OF_MIND', 1_000, fees)).toEqual({ fee: 1_000, refund: 0 });
  });

  it('parts an amount so that the parts sum to it', () => {
    const parts = [share(10_000, 3, 0, 1), share(10_000, 3, 1, 1), share(10_000, 3, 2, 1)];
    expect(parts).toEqual([3_333, 3_333, 3_334]);
    expect(share(10_000, 3, 0, 3)).toBe(10_000);
  });
});

describe('what a buyer may do with a claim', () => {
  const at = (state: Parameters<typeof isOpen>[0], collectedAt: string | null = null, disputedAt: string | null = null) =>
    buyerCommands({ state, collectedAt, disputedAt });

  it('follows the goods', () => {
    expect(at('REQUESTED')).toEqual({ withdraw: true, sendBack: false, complete: false, dispute: false });
    expect(at('APPROVED').sendBack).toBe(true);
    expect(at('RESHIPPED').complete).toBe(true);
    expect(at('ON_HOLD', '2026-01-01T00:00:00Z').withdraw).toBe(false);
  });

  it('has one dispute', () => {
    expect(at('REJECTED').dispute).toBe(true);
    expect(at('REJECTED', null, '2026-01-01T00:00:00Z').dispute).toBe(false);
    expect(isOpen('DISPUTED')).toBe(true);
    expect(isOpen('DONE')).toBe(false);
  });
});
