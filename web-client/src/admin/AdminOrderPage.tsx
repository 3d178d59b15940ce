import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { NotFoundPage } from '../app/NotFoundPage';
import { useI18n } from '../i18n';
import { Sums } from '../shop/Sums';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { LookButton } from './LookButton';
import { AdminOrderDocument, DeliverOrderLinesDocument, type AdminOrderQuery } from './operations';
import { canWithdraw, changes, mostRefund, type Line } from './orderLines';
import { PaymentFacts } from './PaymentFacts';
import { RefundApproval } from './RefundApproval';
import { StaffOrderLine } from './StaffOrderLine';
import { WithdrawLinesDialog } from './WithdrawLinesDialog';

type OrderDetail = NonNullable<AdminOrderQuery['order']>;

/** An order, and what staff may do with its lines. */
export default function AdminOrderPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(AdminOrderDocument, { id }, { dependsOn: changes });
  if (loading) return <RowsSkeleton />;
  if (data && !data.order && failure === null) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.order && <Order order={data.order} />}
    </>
  );
}

function Order({ order }: { order: OrderDetail }) {
  const { m, format } = useI18n();
  const unsent = order.sellerOrders.flatMap((part) => part.lines.filter(canWithdraw));
  return (
    <>
      <PageTitle title={m.control.orderOf(order.number)} />
      <Group gap="xs" mb="md">
        <StateBadge state={order.state} label={m.states.order[order.state]} />
        <Text size="sm" c="dimmed">
          {format.dateTime(order.placedAt)}
        </Text>
      </Group>
      {order.refusal !== null && (
        <Alert color="orange" variant="light" mb="md">
          {order.refusal}
        </Alert>
      )}
      <Stack>
        <section className={styles.panel}>
          <Title order={2} size="h4" mb="xs">
            {m.admin.buyer}
          </Title>
          <Text>{order.buyer.name ?? m.admin.unknownBuyer}</Text>
          <Text size="sm" c="dimmed" mb="sm" style={{ overflowWrap: 'anywhere' }}>
            {order.buyer.id}
          </Text>
          <LookButton user={order.buyer} />
        </section>
        <Lines order={order} unsent={unsent} />
        <Payments order={order} />
        {unsent.length > 0 && <RefundApproval of={{ orderId: order.id }} amount={mostRefund(order.sellerOrders)} />}
      </Stack>
    </>
  );
}

function Lines({ order, unsent }: { order: OrderDetail; unsent: readonly Line[] }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [withdrawing, setWithdrawing] = useState(false);
  const deliver = useAction(DeliverOrderLinesDocument, (data) => data.deliverOrderLines, changes);
  const deliverLine = async (line: Line) => {
    if (await deliver.run({ input: { lineIds: [line.id] } })) toast(m.seller.delivered);
  };
  return (
    <>
      <FailureAlert failure={deliver.failure} />
      {order.sellerOrders.map((part) => (
        <section key={part.id} className={styles.panel}>
          <Group justify="space-between" mb={4}>
            <Title order={2} size="h4">
              {m.orders.sellerOrder(part.seller.name)}
            </Title>
            <StateBadge state={part.state} label={m.states.order[part.state]} />
          </Group>
          <Text size="sm" c="dimmed">
            {part.number} · {format.won(part.total.amount)}
          </Text>
          <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {part.lines.map((line) => (
              <StaffOrderLine key={line.id} line={line} busy={deliver.busy} onDeliver={() => void deliverLine(line)} />
            ))}
          </ul>
        </section>
      ))}
      {unsent.length > 0 && (
        <Group>
          <Button size="xs" variant="default" onClick={() => setWithdrawing(true)}>
            {m.seller.withdraw}
          </Button>
        </Group>
      )}
      {withdrawing && <WithdrawLinesDialog number={order.number} lines={unsent} onClose={() => setWithdrawing(false)} />}
    </>
  );
}

function Payments({ order }: { order: OrderDetail }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.orders.paymentTitle}
      </Title>
      <Sums {...order} />
      {order.cancelledTotal.amount > 0 && (
        <Text size="sm" mt="xs">
          {m.orders.cancelled} {format.won(order.cancelledTotal.amount)}
        </Text>
      )}
      <Stack mt="md">
        {order.payments.map((payment) => (
          <div key={payment.id}>
            <PaymentFacts payment={payment} />
          </div>
        ))}
      </Stack>
    </section>
  );
}
