import { Button, Text } from '@mantine/core';
import { useI18n } from '../i18n';
import { lineImage } from '../shop/lineImage';
import styles from '../shop/shop.module.css';
import { Picture } from '../ui/Picture';
import { StateBadge } from '../ui/StateBadge';
import { canDeliver, type Line } from './orderLines';

export function StaffOrderLine({ line, busy, onDeliver }: { line: Line; busy: boolean; onDeliver: () => void }) {
  const { m, format } = useI18n();
  return (
    <li className={styles.line}>
      <Picture image={lineImage(line.imageUrl)} size={56} />
      <div className={styles.lineBody}>
        <div>
          <StateBadge state={line.state} label={m.states.order[line.state]} />
        </div>
        <Text fw={600}>{line.productTitle}</Text>
        <Text size="sm" c="dimmed">
          {line.variantName} · {m.common.pieces(line.quantity)} · {format.won(line.total.amount)}
        </Text>
        {line.carrier !== null && line.trackingNumber !== null && (
          <Text size="sm">{m.orders.tracking(line.carrier, line.trackingNumber)}</Text>
        )}
        {line.cancelReason !== null && <Text size="sm">{m.seller.cancelReason(line.cancelReason)}</Text>}
        {canDeliver(line) && (
          <div>
            <Button size="xs" disabled={busy} aria-label={m.seller.deliverOf(line.productTitle)} onClick={onDeliver}>
              {m.seller.deliver}
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}
