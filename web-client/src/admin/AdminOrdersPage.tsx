import { Group, NativeSelect } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import styles from './admin.module.css';
import { AdminOrdersDocument, type OrderLineState } from './operations';
import { OrdersTable } from './OrdersTable';

const pageSize = 25;
const lineStates: readonly OrderLineState[] = [
  'PAYMENT_PENDING',
  'PAID',
  'PREPARING',
  'SHIPPED',
  'UNDELIVERED',
  'DELIVERED',
  'CONFIRMED',
  'RETURNED',
  'EXCHANGED',
  'CANCEL_REQUESTED',
  'CANCELLED',
  'EXPIRED',
];

export function AdminOrdersPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const state = lineStates.find((one) => one === params.get('state')) ?? null;
  const page = usePageVariables(pageSize);
  const { data, loading, failure, reload } = useApiQuery(
    AdminOrdersDocument,
    { ...page, where: state === null ? null : { state } },
    { dependsOn: ['Order'] },
  );
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.admin.ordersMenu} />
        <NativeSelect
          aria-label={m.admin.state}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.admin.allStates },
            ...lineStates.map((one) => ({ value: one, label: m.states.order[one] })),
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && (
        <>
          <div className={styles.panel}>
            <OrdersTable orders={data.orders.nodes} />
          </div>
          <Pager info={data.orders.pageInfo} />
        </>
      )}
    </>
  );
}
