import { Button, Group, Stack, Text } from '@mantine/core';
import { useI18n } from '../i18n';
import type { useCartTerms } from './useCartTerms';

/** The coupons that are applied to the cart, and the best ones where those are others. */
export function CartCoupons({ terms }: { terms: ReturnType<typeof useCartTerms> }) {
  const { m, format } = useI18n();
  const { coupons, best } = terms;
  const applied = new Set(terms.usable);
  const better =
    best !== null && !(best.coupons.length === applied.size && best.coupons.every((one) => applied.has(one.coupon.id)));
  if (coupons.length === 0 && !better) return null;
  return (
    <Stack gap="xs" mb="md">
      {coupons.map((one) => (
        <div key={one.coupon.id}>
          <Group justify="space-between" wrap="nowrap">
            <Text size="sm">{one.coupon.policy.name}</Text>
            {one.applies && <Text size="sm">{format.won(-one.discount.amount)}</Text>}
          </Group>
          {one.message !== null && (
            <Text size="xs" c="red.9">
              {one.message}
            </Text>
          )}
        </div>
      ))}
      {better && (
        <Button
          size="xs"
          variant="default"
          onClick={() => terms.choose(best.coupons.map((one) => one.coupon.id))}
        >
          {m.cart.bestCoupons(format.won(best.discountTotal.amount))}
        </Button>
      )}
      {coupons.length > 0 && (
        <Button size="xs" variant="subtle" color="gray.8" onClick={() => terms.choose([])}>
          {m.cart.withoutCoupons}
        </Button>
      )}
    </Stack>
  );
}
