import { Alert, Button, Checkbox, Group, Stack, Text, Title } from '@mantine/core';
import { Link, useNavigate } from 'react-router';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { CartCoupons } from '../CartCoupons';
import { CartLineRow } from '../CartLineRow';
import type { CartViewFragment } from '../operations';
import styles from '../shop.module.css';
import { Sums } from '../Sums';
import { useCart } from '../useCart';
import { useCartTerms } from '../useCartTerms';

type Group = CartViewFragment['groups'][number];

export default function CartPage() {
  const { m } = useI18n();
  const state = useCart();
  const { cart } = state;
  const terms = useCartTerms();
  const empty = cart === null || cart.groups.length === 0;
  return (
    <>
      <PageTitle title={m.cart.title} />
      <FailureAlert failure={state.failure} onRetry={state.reload} />
      {state.loading && <RowsSkeleton />}
      {!state.loading && state.failure === null && empty && (
        <EmptyState text={m.cart.empty} hint={m.cart.emptyHint}>
          <Button component={Link} to="/">
            {m.common.keepShopping}
          </Button>
        </EmptyState>
      )}
      {cart && !empty && (
        <div className={styles.split}>
          <Stack>
            <Changes cart={cart} busy={state.busy} onAccept={() => void state.acceptChanges()} />
            <FailureAlert failure={state.actionFailure} />
            <Tools cart={cart} state={state} />
            {cart.groups.map((group) => (
              <SellerGroup key={group.seller.id} group={group} state={state} />
            ))}
          </Stack>
          <Summary cart={cart} busy={state.busy} terms={terms} />
        </div>
      )}
    </>
  );
}

type CartState = ReturnType<typeof useCart>;

function linesOf(cart: CartViewFragment) {
  return cart.groups.flatMap((group) => group.lines);
}

function Changes({ cart, busy, onAccept }: { cart: CartViewFragment; busy: boolean; onAccept: () => void }) {
  const { m } = useI18n();
  // That somebody has to show to be an adult is no change to take note of.
  const changed = linesOf(cart).some(({ change }) => change !== null && change.kind !== 'ADULT_VERIFICATION_REQUIRED');
  if (!changed) return null;
  return (
    <Alert color="orange" title={m.cart.changesTitle} role="status">
      <Button size="xs" variant="default" loading={busy} onClick={onAccept}>
        {m.cart.acceptChanges}
      </Button>
    </Alert>
  );
}

function Tools({ cart, state }: { cart: CartViewFragment; state: CartState }) {
  const { m } = useI18n();
  const lines = linesOf(cart).filter((line) => line.variant.sellable);
  const chosen = linesOf(cart).filter((line) => line.selected);
  return (
    <Group justify="space-between">
      <Checkbox
        label={m.cart.selectAll}
        checked={lines.length > 0 && lines.every((line) => line.selected)}
        indeterminate={chosen.length > 0 && chosen.length < lines.length}
        disabled={state.busy}
        onChange={(event) => void state.select(lines.map((line) => line.id), event.currentTarget.checked)}
      />
      <Button
        size="xs"
        variant="default"
        disabled={chosen.length === 0 || state.busy}
        onClick={() => void state.remove(chosen.map((line) => line.id))}
      >
        {m.cart.removeSelected}
      </Button>
    </Group>
  );
}

function SellerGroup({ group, state }: { group: Group; state: CartState }) {
  const { m, format } = useI18n();
  const sellable = group.lines.filter((line) => line.variant.sellable);
  return (
    <section className={styles.panel}>
      <Group justify="space-between" wrap="nowrap" mb="xs">
        <Group gap="sm" wrap="nowrap">
          <Checkbox
            aria-label={m.cart.selectSeller(group.seller.name)}
            checked={sellable.length > 0 && sellable.every((line) => line.selected)}
            disabled={state.busy || sellable.length === 0}
            onChange={(event) => void state.select(sellable.map((line) => line.id), event.currentTarget.checked)}
          />
          <Title order={2} size="h5">
            {group.seller.name}
          </Title>
        </Group>
        <Text size="sm" c="dimmed" ta="right">
          {m.cart.sellerTotal} {format.won(group.itemsTotal.amount)}
        </Text>
      </Group>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {group.lines.map((line) => (
          <CartLineRow
            key={line.id}
            line={line}
            busy={state.busy}
            onSelect={(selected) => void state.select([line.id], selected)}
            onQuantity={(quantity) => void state.setQuantity(line.id, quantity)}
            onRemove={() => void state.remove([line.id])}
          />
        ))}
      </ul>
    </section>
  );
}

interface SummaryProps {
  cart: CartViewFragment;
  busy: boolean;
  terms: ReturnType<typeof useCartTerms>;
}

function Summary({ cart, busy, terms }: SummaryProps) {
  const { m } = useI18n();
  const navigate = useNavigate();
  const { lineCount } = cart.quote;
  const checkout = terms.usable.length === 0 ? '/checkout' : `/checkout?coupons=${terms.usable.join(',')}`;
  return (
    <section className={`${styles.panel} ${styles.aside}`}>
      <Title order={2} size="h4" mb="md">
        {m.cart.summary}
      </Title>
      <CartCoupons terms={terms} />
      <Sums {...(terms.quote ?? cart.quote)} />
      {terms.quote?.shippingKnown === false && (
        <Text size="sm" c="dimmed" mt="xs">
          {m.cart.shippingUnknown}
        </Text>
      )}
      <FailureAlert failure={terms.failure} onRetry={terms.reload} />
      <Button fullWidth size="lg" mt="lg" disabled={lineCount === 0 || busy} onClick={() => void navigate(checkout)}>
        {lineCount === 0 ? m.cart.checkout : m.cart.checkoutCount(lineCount)}
      </Button>
      {lineCount === 0 && (
        <Text size="sm" c="dimmed" mt="xs" ta="center">
          {m.cart.nothingSelected}
        </Text>
      )}
    </section>
  );
}
