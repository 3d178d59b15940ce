import { Alert, Anchor, Group, NativeSelect } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager, Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables, usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { LateOrderLineCountDocument, LateOrderLinesDocument, SellerOrdersDocument, type OrderLineState } from './operations';
import { changes, partsOf } from './orders';
import { useOwnSeller } from './SellerArea';
import { SellerOrderCards } from './SellerOrderCards';

const pageSize = 20;
const filters: readonly OrderLineState[] = [
  'PAID',
  'PREPARING',
  'CANCEL_REQUESTED',
  'SHIPPED',
  'UNDELIVERED',
  'DELIVERED',
  'CANCELLED',
];

export function SellerOrdersPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('state');
  const isLate = wanted === 'late';
  const state = wanted === 'all' ? null : (filters.find((one) => one === wanted) ?? 'PAID');
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.ordersTitle} />
        <NativeSelect
          aria-label={m.seller.orderFilter}
          value={isLate ? 'late' : (state ?? 'all')}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...filters.map((one) => ({ value: one, label: m.states.order[one] })),
            { value: 'late', label: m.seller.lateFilter },
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      {isLate ? (
        <LateOrders />
      ) : (
        <>
          <LateNotice />
          <Orders state={state} />
        </>
      )}
    </>
  );
}

function Orders({ state }: { state: OrderLineState | null }) {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    SellerOrdersDocument,
    { sellerId: seller.id, ...usePageVariables(pageSize), where: state === null ? null : { state } },
    { dependsOn: changes },
  );
  const orders = data?.seller?.orders;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {orders && orders.nodes.length === 0 && <EmptyState text={m.seller.ordersEmpty} />}
      {orders && <SellerOrderCards parts={orders.nodes} />}
      {orders && <Pager info={orders.pageInfo} />}
    </>
  );
}

/** Lines that should be prepared by now, those that wait longest first. */
function LateOrders() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    LateOrderLinesDocument,
    { sellerId: seller.id, ...useForwardVariables(pageSize) },
    { dependsOn: changes },
  );
  const lines = data?.lateOrderLines;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {lines && lines.nodes.length === 0 && <EmptyState text={m.seller.lateEmpty} />}
      {lines && <SellerOrderCards parts={partsOf(lines.nodes)} />}
      {lines && <ForwardPager info={lines.pageInfo} />}
    </>
  );
}

/** Leads to what is late, while something is. */
function LateNotice() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data } = useApiQuery(LateOrderLineCountDocument, { sellerId: seller.id }, { dependsOn: changes });
  const count = data?.lateOrderLines.totalCount ?? 0;
  if (count === 0) return null;
  return (
    <Alert color="red" variant="light" mb="md">
      {m.seller.lateWaiting(count)}{' '}
      <Anchor component={Link} to="?state=late" size="sm" underline="always">
        {m.seller.lateShow}
      </Anchor>
    </Alert>
  );
}
