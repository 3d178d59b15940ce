import { Group, Text, Title } from '@mantine/core';
import { useI18n } from '../i18n';
import { StateBadge } from '../ui/StateBadge';
import styles from './admin.module.css';
import type { PaymentRowFragment } from './operations';

/** A payment under the heading of its amount, with its order where that is not plain. */
export function PaymentFacts({ payment, order = null }: { payment: PaymentRowFragment; order?: string | null }) {
  const { m, format } = useI18n();
  const facts: [string, string | null][] = [
    [m.control.paymentFacts.order, order],
    [m.control.paymentFacts.method, `${m.states.paymentMethod[payment.method]} · ${payment.provider}`],
    [m.control.paymentFacts.refunded, payment.refundedAmount.amount > 0 ? format.won(payment.refundedAmount.amount) : null],
    [m.control.paymentFacts.failure, payment.failure?.message ?? null],
    [m.control.paymentFacts.approvedAt, payment.approvedAt === null ? null : format.dateTime(payment.approvedAt)],
  ];
  return (
    <>
      <Group gap="xs">
        <Title order={order === null ? 3 : 2} size="h5">
          {format.won(payment.amount.amount)}
        </Title>
        <StateBadge state={payment.state} label={m.control.paymentStates[payment.state]} />
        <Text size="sm" c="dimmed">
          {format.dateTime(payment.createdAt)}
        </Text>
      </Group>
      <dl className={styles.facts}>
        {facts.flatMap(([name, value]) =>
          value === null ? [] : [<dt key={`${name}.`}>{name}</dt>, <dd key={name}>{value}</dd>],
        )}
      </dl>
      {payment.refundAccountNeeded && <Text size="sm">{m.control.accountNeeded}</Text>}
    </>
  );
}
