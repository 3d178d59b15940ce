import { Button, Group, Text } from '@mantine/core';
import { useI18n } from '../i18n';
import styles from '../shop/shop.module.css';
import { Picture } from '../ui/Picture';
import { StateBadge } from '../ui/StateBadge';
import type { Line } from './SellerOrdersPage';

interface Props {
  line: Line;
  busy: boolean;
  onPrepare: () => void;
  onShip: () => void;
  onDeliver: () => void;
  onApprove: () => void;
  onReject: () => void;
}

export function SellerOrderLine({ line, busy, onPrepare, onShip, onDeliver, onApprove, onReject }: Props) {
  const { m, format } = useI18n();
  const title = line.productTitle;
  return (
    <li className={styles.line}>
      <Picture image={line.imageUrl === null ? null : { url: line.imageUrl, alt: '', width: 160, height: 160 }} size={56} />
      <div className={styles.lineBody}>
        <div>
          <StateBadge state={line.state} label={m.states.order[line.state]} />
        </div>
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {line.variantName} · {m.common.pieces(line.quantity)} · {format.won(line.total.amount)}
        </Text>
        {line.state === 'PAID' && line.prepareBy !== null && (
          <Text size="sm">{m.seller.prepareBy(format.dateTime(line.prepareBy))}</Text>
        )}
        {line.state === 'CANCEL_REQUESTED' && line.cancelReason !== null && (
          <Text size="sm">{m.seller.cancelReason(line.cancelReason)}</Text>
        )}
        {line.state === 'CANCEL_REQUESTED' && line.cancelAnswerBy !== null && (
          <Text size="sm">{m.orders.answerBy(format.dateTime(line.cancelAnswerBy))}</Text>
        )}
        {line.carrier !== null && line.trackingNumber !== null && (
          <Text size="sm">{m.orders.tracking(line.carrier, line.trackingNumber)}</Text>
        )}
        <Group gap="xs">
          {line.state === 'PAID' && (
            <Button size="xs" disabled={busy} aria-label={m.seller.prepareOf(title)} onClick={onPrepare}>
              {m.seller.prepare}
            </Button>
          )}
          {line.state === 'PREPARING' && (
            <Button size="xs" disabled={busy} aria-label={m.seller.shipOf(title)} onClick={onShip}>
              {m.seller.ship}
            </Button>
          )}
          {line.state === 'SHIPPED' && (
            <Button size="xs" disabled={busy} aria-label={m.seller.deliverOf(title)} onClick={onDeliver}>
              {m.seller.deliver}
            </Button>
          )}
          {line.state === 'CANCEL_REQUESTED' && (
            <>
              <Button size="xs" disabled={busy} aria-label={m.seller.approveCancelOf(title)} onClick={onApprove}>
                {m.seller.approveCancel}
              </Button>
              <Button
                size="xs"
                variant="default"
                disabled={busy}
                aria-label={m.seller.rejectCancelOf(title)}
                onClick={onReject}
              >
                {m.seller.rejectCancel}
              </Button>
            </>
          )}
        </Group>
      </div>
    </li>
  );
}
