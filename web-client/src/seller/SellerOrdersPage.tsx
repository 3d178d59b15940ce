import { Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import {
  ApproveCancellationDocument,
  DeliverOrderLinesDocument,
  PrepareOrderLinesDocument,
  RejectCancellationDocument,
  SellerOrdersDocument,
  type OrderLineState,
  type SellerOrdersQuery,
} from './operations';
import { useOwnSeller } from './SellerArea';
import { SellerOrderLine } from './SellerOrderLine';
import { ShipDialog } from './ShipDialog';

export type SellerOrder = NonNullable<SellerOrdersQuery['seller']>['orders']['nodes'][number];
export type Line = SellerOrder['lines'][number];

const pageSize = 20;
const filters: readonly OrderLineState[] = ['PAID', 'PREPARING', 'CANCEL_REQUESTED', 'SHIPPED', 'DELIVERED', 'CANCELLED'];
export const changes = ['SellerOrder', 'OrderLine', 'Order'];

export function SellerOrdersPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const [params, setParams] = useSearchParams();
  const page = usePageVariables(pageSize);
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (filters.find((one) => one === wanted) ?? 'PAID');
  const { data, loading, failure, reload } = useApiQuery(
    SellerOrdersDocument,
    { sellerId: seller.id, ...page, where: state === null ? null : { state } },
    { dependsOn: changes },
  );
  const orders = data?.seller?.orders;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.ordersTitle} />
        <NativeSelect
          aria-label={m.seller.orderFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...filters.map((one) => ({ value: one, label: m.states.order[one] })),
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {orders && orders.nodes.length === 0 && <EmptyState text={m.seller.ordersEmpty} />}
      {orders && <Orders orders={orders.nodes} />}
      {orders && <Pager info={orders.pageInfo} />}
    </>
  );
}

function Orders({ orders }: { orders: readonly SellerOrder[] }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [rejecting, setRejecting] = useState<Line | null>(null);
  const [shipping, setShipping] = useState<Line | null>(null);
  const prepare = useAction(PrepareOrderLinesDocument, (data) => data.prepareOrderLines, changes);
  const deliver = useAction(DeliverOrderLinesDocument, (data) => data.deliverOrderLines, changes);
  const approve = useAction(ApproveCancellationDocument, (data) => data.approveCancellation, changes);
  const reject = useAction(RejectCancellationDocument, (data) => data.rejectCancellation, changes);
  const input = (line: Line) => ({ input: { lineIds: [line.id] } });
  const rejectLine = async (line: Line, reason: string) => {
    if (!(await reject.run({ input: { lineIds: [line.id], reason } }))) return;
    setRejecting(null);
    toast(m.seller.cancelRejected);
  };
  return (
    <>
      <FailureAlert failure={prepare.failure ?? deliver.failure ?? approve.failure} />
      <Stack>
        {orders.map((order) => (
          <Paper key={order.id} component="section" withBorder radius="lg" p="md">
            <Group justify="space-between" mb={4}>
              <Title order={2} size="h5">
                {order.number}
              </Title>
              <StateBadge state={order.state} label={m.states.order[order.state]} />
            </Group>
            <Text size="sm" c="dimmed">
              {format.dateTime(order.placedAt)} · {format.won(order.total.amount)}
            </Text>
            <Text size="sm" mb="xs">
              {m.seller.shipTo}: {order.shippingAddress.recipient}, {order.shippingAddress.phone}, (
              {order.shippingAddress.zonecode}) {order.shippingAddress.roadAddress} {order.shippingAddress.detail}
              {order.shippingAddress.entranceNote !== null && ` · ${order.shippingAddress.entranceNote}`}
            </Text>
            <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {order.lines.map((line) => (
                <SellerOrderLine
                  key={line.id}
                  line={line}
                  busy={prepare.busy || deliver.busy || approve.busy || reject.busy}
                  onPrepare={() => void prepare.run(input(line)).then((done) => done && toast(m.seller.prepared))}
                  onShip={() => setShipping(line)}
                  onDeliver={() => void deliver.run(input(line)).then((done) => done && toast(m.seller.delivered))}
                  onApprove={() => void approve.run(input(line)).then((done) => done && toast(m.seller.cancelApproved))}
                  onReject={() => {
                    reject.forget();
                    setRejecting(line);
                  }}
                />
              ))}
            </ul>
          </Paper>
        ))}
      </Stack>
      {shipping && <ShipDialog line={shipping} onClose={() => setShipping(null)} />}
      {rejecting && (
        <ReasonDialog
          title={m.seller.rejectCancelOf(rejecting.productTitle)}
          label={m.seller.rejectReason}
          action={m.seller.rejectCancel}
          keep={m.common.back}
          busy={reject.busy}
          failure={reject.failure}
          onSubmit={(reason) => void rejectLine(rejecting, reason)}
          onClose={() => setRejecting(null)}
        />
      )}
    </>
  );
}
