import { Group, NativeSelect, Text } from '@mantine/core';
import { useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import styles from '../shop/shop.module.css';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { SettlementItemsDocument, type SettlementItemState } from './operations';
import { useOwnSeller } from './SellerArea';

const pageSize = 50;
const states: readonly SettlementItemState[] = [
  'ACCRUED',
  'ELIGIBLE',
  'SCHEDULED',
  'APPROVED',
  'PAID',
  'HELD',
  'FAILED',
  'CLAWED_BACK',
];

/** What is earned, line by line, from the payment on. */
export default function SettlementItemsPage() {
  const { m, format } = useI18n();
  const seller = useOwnSeller();
  const [params, setParams] = useSearchParams();
  const state = states.find((one) => one === params.get('state')) ?? null;
  const { data, loading, failure, reload } = useApiQuery(
    SettlementItemsDocument,
    { sellerId: seller.id, state, ...usePageVariables(pageSize) },
    { dependsOn: ['SettlementItem'] },
  );
  const page = data?.settlementItems;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.money.items} />
        <NativeSelect
          aria-label={m.money.itemFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.seller.filterAll },
            ...states.map((one) => ({ value: one, label: m.states.settlementItem[one] })),
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.money.noItems} />}
      {page && page.nodes.length > 0 && (
        <section className={styles.panel}>
          <ul className={styles.plainList}>
            {page.nodes.map((item) => (
              <li key={item.id} className={styles.line}>
                <div className={styles.lineBody}>
                  <Text fw={600}>{item.title}</Text>
                  <Text size="sm" c="dimmed">
                    {[m.money.kinds[item.kind], item.orderNumber, format.date(item.occurredAt)]
                      .filter((text) => text !== null)
                      .join(' · ')}
                  </Text>
                  {item.heldReason !== null && <Text size="sm">{m.money.heldFor(item.heldReason)}</Text>}
                </div>
                <div style={{ textAlign: 'right' }}>
                  <StateBadge state={item.state} label={m.states.settlementItem[item.state]} />
                  <Text fw={700}>{format.won(item.net.amount)}</Text>
                </div>
              </li>
            ))}
          </ul>
        </section>
      )}
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}
