import { Anchor, Button, Group, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useI18n } from '../i18n';
import { Picture } from '../ui/Picture';
import { StateBadge } from '../ui/StateBadge';
import { isOpen, kindsFor } from './claims/rules';
import { lineImage } from './lineImage';
import type { OrderLineViewFragment } from './operations';
import styles from './shop.module.css';

interface Props {
  orderId: string;
  line: OrderLineViewFragment;
  busy: boolean;
  onCancel: () => void;
  onConfirm: () => void;
}

/** What may be asked of a line in its state; the API decides again. What is not paid is given up as a whole. */
export function lineCommands(state: OrderLineViewFragment['state']): { cancel: boolean; confirm: boolean } {
  return {
    cancel: state === 'PAID' || state === 'PREPARING' || state === 'UNDELIVERED',
    confirm: state === 'DELIVERED',
  };
}

/** Whether the seller has to agree to cancel a line: not while nothing is prepared, nor when it is sent too late. */
export function asksSeller({ state, isLate }: Pick<OrderLineViewFragment, 'state' | 'isLate'>): boolean {
  return state === 'UNDELIVERED' || (state === 'PREPARING' && !isLate);
}

export function OrderLineRow({ orderId, line, busy, onCancel, onConfirm }: Props) {
  const { m, format } = useI18n();
  const can = lineCommands(line.state);
  const claimable =
    kindsFor(line.state).length > 0 &&
    line.returnedQuantity < line.quantity &&
    !line.claims.some((claim) => isOpen(claim.state));
  return (
    <li className={styles.line}>
      <Picture image={lineImage(line.imageUrl)} size={72} />
      <div className={styles.lineBody}>
        <div>
          <StateBadge state={line.state} label={m.states.order[line.state]} />
        </div>
        <Link to={`/p/${line.product.id}`} className={styles.lineTitle}>
          {line.productTitle}
        </Link>
        <Text size="sm" c="dimmed">
          {line.variantName} · {m.common.pieces(line.quantity)}
        </Text>
        {line.resendBy !== null && <Text size="sm">{m.orders.resendBy(format.dateTime(line.resendBy))}</Text>}
        {line.state === 'CANCEL_REQUESTED' && line.cancelAnswerBy !== null && (
          <Text size="sm">{m.orders.answerBy(format.dateTime(line.cancelAnswerBy))}</Text>
        )}
        {line.carrier !== null && line.trackingNumber !== null && (
          <Text size="sm">{m.orders.tracking(line.carrier, line.trackingNumber)}</Text>
        )}
        {line.state === 'DELIVERED' && line.confirmBy !== null && (
          <Text size="sm">{m.orders.confirmBy(format.dateTime(line.confirmBy))}</Text>
        )}
        {line.claims.map((claim) => (
          <Group key={claim.id} gap="xs">
            <Anchor component={Link} to={`/claims/${claim.id}`} size="sm">
              {m.claims.kinds[claim.kind]}
            </Anchor>
            <StateBadge state={claim.state} label={m.states.claim[claim.state]} />
          </Group>
        ))}
        <div className={styles.lineFoot}>
          <Text fw={700}>{format.won(line.total.amount)}</Text>
          <Group gap="xs">
            {can.cancel && (
              <Button
                size="xs"
                variant="default"
                disabled={busy}
                aria-label={m.orders.cancelLineOf(line.productTitle)}
                onClick={onCancel}
              >
                {m.orders.cancelLine}
              </Button>
            )}
            {claimable && (
              <Button
                size="xs"
                variant="default"
                component={Link}
                to={`/orders/${orderId}/claim/${line.id}`}
                aria-label={m.claims.openOf(line.productTitle)}
              >
                {m.claims.open}
              </Button>
            )}
            {line.reviewableUntil !== null && (
              <Button
                size="xs"
                variant="light"
                component={Link}
                to={`/orders/${orderId}/review/${line.id}`}
                aria-label={m.reviews.writeOf(line.productTitle)}
              >
                {m.reviews.write}
              </Button>
            )}
            {can.confirm && (
              <Button
                size="xs"
                disabled={busy}
                aria-label={m.orders.confirmLineOf(line.productTitle)}
                onClick={onConfirm}
              >
                {m.orders.confirmLine}
              </Button>
            )}
          </Group>
        </div>
      </div>
    </li>
  );
}
