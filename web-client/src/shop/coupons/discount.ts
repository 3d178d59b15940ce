import { useI18n } from '../../i18n';
import type { CouponDiscountKind } from '../operations';

/** Says what a coupon takes off: percentages come in basis points, amounts in won. */
export function useDiscountText(): (policy: { kind: CouponDiscountKind; value: number }) => string {
  const { m, format } = useI18n();
  return ({ kind, value }) => (kind === 'PERCENT' ? m.coupons.percentOff(value / 100) : m.coupons.amountOff(format.won(value)));
}
