import { Text } from '@mantine/core';
import { useI18n } from '../../i18n';
import type { CouponTermsFragment } from '../operations';
import { useDiscountText } from './discount';

interface Props {
  policy: CouponTermsFragment;
  /** Whose coupon it is; nobody’s is the market’s. */
  seller: { name: string } | null;
}

/** What a coupon takes off, of what, and whose it is. */
export function CouponFacts({ policy, seller }: Props) {
  const { m, format } = useI18n();
  const discount = useDiscountText();
  const terms = [
    policy.minimum.amount > 0 ? m.coupons.minimum(format.won(policy.minimum.amount)) : m.coupons.noMinimum,
    policy.cap === null ? null : m.coupons.cap(format.won(policy.cap.amount)),
    policy.stacking === 'EXCLUSIVE' ? m.coupons.exclusive : null,
    seller === null ? m.coupons.ofMarket : m.coupons.ofSeller(seller.name),
  ].filter((text) => text !== null);
  return (
    <>
      <Text fw={800} size="lg">
        {discount(policy)}
      </Text>
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {policy.name}
      </Text>
      {policy.description !== null && <Text size="sm">{policy.description}</Text>}
      <Text size="sm" c="dimmed">
        {terms.join(' · ')}
      </Text>
    </>
  );
}
