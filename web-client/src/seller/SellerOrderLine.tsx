import { Badge, Button, Group, Text } from '@mantine/core';
import { useI18n } from '../i18n';
import styles from '../shop/shop.module.css';
import { Picture } from '../ui/Picture';
import { StateBadge } from '../ui/StateBadge';
import { lineCommands, type Line, type LineCommand } from './orders';

interface Props {
  line: Line;
  busy: boolean;
  onCommand: (command: LineCommand) => void;
}

export function SellerOrderLine({ line, busy, onCommand }: Props) {
  const { m, format } = useI18n();
  const title = line.productTitle;
  const names: Record<LineCommand, [string, string]> = {
    prepare: [m.seller.prepare, m.seller.prepareOf(title)],
    ship: [m.seller.ship, m.seller.shipOf(title)],
    deliver: [m.seller.deliver, m.seller.deliverOf(title)],
    resend: [m.seller.resend, m.seller.resendOf(title)],
    approve: [m.seller.approveCancel, m.seller.approveCancelOf(title)],
    reject: [m.seller.rejectCancel, m.seller.rejectCancelOf(title)],
    withdraw: [m.seller.withdraw, m.seller.withdrawOf(title)],
  };
  return (
    <li className={styles.line}>
      <Picture image={line.imageUrl === null ? null : { url: line.imageUrl, alt: '', width: 160, height: 160 }} size={56} />
      <div className={styles.lineBody}>
        <Group gap={6}>
          <StateBadge state={line.state} label={m.states.order[line.state]} />
          {line.isLate && (
            <Badge variant="light" color="red" radius="sm" tt="none">
              {m.seller.late}
            </Badge>
          )}
        </Group>
        <Text fw={600}>{title}</Text>
        <Text size="sm" c="dimmed">
          {line.variantName} · {m.common.pieces(line.quantity)} · {format.won(line.total.amount)}
        </Text>
        <Times line={line} />
        {line.carrier !== null && line.trackingNumber !== null && (
          <Text size="sm">{m.orders.tracking(line.carrier, line.trackingNumber)}</Text>
        )}
        <Group gap="xs">
          {lineCommands(line.state).map((command, index) => (
            <Button
              key={command}
              size="xs"
              disabled={busy}
              aria-label={names[command][1]}
              onClick={() => onCommand(command)}
              {...(index === 0 ? {} : { variant: 'default' })}
            >
              {names[command][0]}
            </Button>
          ))}
        </Group>
      </div>
    </li>
  );
}

/** Until when something of the line has to be done, and what its buyer asks. */
function Times({ line }: { line: Line }) {
  const { m, format } = useI18n();
  return (
    <>
      {line.state === 'PAID' && line.prepareBy !== null && (
        <Text size="sm">{m.seller.prepareBy(format.dateTime(line.prepareBy))}</Text>
      )}
      {line.resendBy !== null && <Text size="sm">{m.seller.resendBy(format.dateTime(line.resendBy))}</Text>}
      {line.state === 'CANCEL_REQUESTED' && line.cancelReason !== null && (
        <Text size="sm">{m.seller.cancelReason(line.cancelReason)}</Text>
      )}
      {line.state === 'CANCEL_REQUESTED' && line.cancelAnswerBy !== null && (
        <Text size="sm">{m.orders.answerBy(format.dateTime(line.cancelAnswerBy))}</Text>
      )}
    </>
  );
}
