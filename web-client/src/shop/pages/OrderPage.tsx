import { Alert, Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { RowsSkeleton } from '../../ui/Skeletons';
import { StateBadge } from '../../ui/StateBadge';
import { useToast } from '../../ui/toast';
import { Facts } from '../Facts';
import {
  CancelOrderLinesDocument,
  ConfirmPurchaseDocument,
  OrderDocument,
  type OrderLineViewFragment,
  type OrderQuery,
} from '../operations';
import { asksSeller, OrderLineRow } from '../OrderLineRow';
import { RefundAccountForm } from '../RefundAccountForm';
import styles from '../shop.module.css';
import { Sums } from '../Sums';
import { Unpaid } from '../Unpaid';

export type OrderDetail = NonNullable<OrderQuery['order']>;

export default function OrderPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(OrderDocument, { id }, { dependsOn: ['Order', 'OrderLine', 'Claim'] });
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
  return (
    <>
      <PageTitle title={m.orders.detail} />
      <Group gap="xs" mb="lg">
        <StateBadge state={order.state} label={m.states.order[order.state]} />
        <Text size="sm" c="dimmed">
          {m.orders.number} {order.number} · {format.dateTime(order.placedAt)}
        </Text>
      </Group>
      {order.refusal !== null && (
        <Alert color="orange" mb="md">
          {order.refusal}
        </Alert>
      )}
      {order.state === 'PAYMENT_PENDING' && <Unpaid order={order} />}
      <RefundAccountForm orderId={order.id} payments={order.payments} />
      <div className={styles.split}>
        <Stack>
          <Lines order={order} />
          <section className={styles.panel}>
            <Title order={2} size="h5" mb="sm">
              {m.orders.addressTitle}
            </Title>
            <Facts
              facts={[
                [m.forms.recipient, order.shippingAddress.recipient],
                [m.forms.phone, order.shippingAddress.phone],
                [
                  m.checkout.address,
                  `(${order.shippingAddress.zonecode}) ${order.shippingAddress.roadAddress} ${order.shippingAddress.detail}`,
                ],
                [m.forms.entranceNote, order.shippingAddress.entranceNote],
              ]}
            />
          </section>
        </Stack>
        <PaymentSummary order={order} />
      </div>
    </>
  );
}

function Lines({ order }: { order: OrderDetail }) {
  const { m } = useI18n();
  const toast = useToast();
  const [cancelling, setCancelling] = useState<OrderLineViewFragment | null>(null);
  const changes = ['Order', 'OrderLine', 'SellerOrder', 'Payment'];
  const cancel = useAction(CancelOrderLinesDocument, (data) => data.cancelOrderLines, changes);
  const confirm = useAction(ConfirmPurchaseDocument, (data) => data.confirmPurchase, changes);
  const cancelLine = async (line: OrderLineViewFragment, reason: string) => {
    const payload = await cancel.run({ input: { orderId: order.id, lineIds: [line.id], reason } });
    if (!payload) return;
    setCancelling(null);
    const asked = payload.lines.some((one) => one.id === line.id && one.state === 'CANCEL_REQUESTED');
    toast(asked ? m.orders.cancelAsked : m.orders.cancelDone);
  };
  const confirmLine = async (line: OrderLineViewFragment) => {
    if (await confirm.run({ input: { lineIds: [line.id] } })) toast(m.orders.confirmDone);
  };
  const asks = cancelling !== null && asksSeller(cancelling);
  return (
    <>
      <FailureAlert failure={confirm.failure} />
      {order.sellerOrders.map((sellerOrder) => (
        <section key={sellerOrder.id} className={styles.panel}>
          <Title order={2} size="h5" mb="xs">
            {m.orders.sellerOrder(sellerOrder.seller.name)}
          </Title>
          <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
            {sellerOrder.lines.map((line) => (
              <OrderLineRow
                key={line.id}
                orderId={order.id}
                line={line}
                busy={cancel.busy || confirm.busy}
                onCancel={() => {
                  cancel.forget();
                  setCancelling(line);
                }}
                onConfirm={() => void confirmLine(line)}
              />
            ))}
          </ul>
        </section>
      ))}
      {cancelling && (
        <ReasonDialog
          title={m.orders.cancelTitle}
          {...(asks ? { note: m.orders.cancelAskNote } : {})}
          label={m.orders.cancelReason}
          suggestions={m.orders.cancelReasons}
          action={asks ? m.orders.cancelAsk : m.orders.cancelDo}
          keep={m.orders.keepOrder}
          busy={cancel.busy}
          failure={cancel.failure}
          onSubmit={(reason) => void cancelLine(cancelling, reason)}
          onClose={() => setCancelling(null)}
        />
      )}
    </>
  );
}

function PaymentSummary({ order }: { order: OrderDetail }) {
  const { m, format } = useI18n();
  const receipt = order.payments.find((payment) => payment.receiptUrl !== null)?.receiptUrl;
  const refunded = order.payments.reduce((sum, payment) => sum + payment.refundedAmount.amount, 0);
  return (
    <section className={`${styles.panel} ${styles.aside}`}>
      <Title order={2} size="h4" mb="md">
        {m.orders.paymentTitle}
      </Title>
      <Sums {...order} />
      <dl className={styles.sums} style={{ marginTop: 12 }}>
        <div>
          <dt>{m.checkout.method}</dt>
          <dd>{m.states.paymentMethod[order.paymentMethod]}</dd>
        </div>
        {order.paidAt !== null && (
          <div>
            <dt>{m.orders.paidAt}</dt>
            <dd>{format.dateTime(order.paidAt)}</dd>
          </div>
        )}
        {order.cancelledTotal.amount > 0 && (
          <div>
            <dt>{m.orders.cancelled}</dt>
            <dd>{format.won(order.cancelledTotal.amount)}</dd>
          </div>
        )}
        {refunded > 0 && (
          <div>
            <dt>{m.orders.refunded}</dt>
            <dd>{format.won(refunded)}</dd>
          </div>
        )}
      </dl>
      {receipt !== null && receipt !== undefined && (
        <Anchor href={receipt} target="_blank" rel="noreferrer" mt="sm" display="inline-block">
          {m.orders.receipt}
        </Anchor>
      )}
    </section>
  );
}
