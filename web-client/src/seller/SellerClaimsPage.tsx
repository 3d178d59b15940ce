import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { ClaimHead } from '../shop/claims/ClaimHead';
import styles from '../shop/shop.module.css';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { SellerClaimsDocument, type ClaimState } from './operations';
import { useOwnSeller } from './SellerArea';

const pageSize = 20;
const filters: readonly ClaimState[] = [
  'REQUESTED',
  'APPROVED',
  'COLLECTING',
  'COLLECTED',
  'INSPECTED',
  'RESHIPPED',
  'ON_HOLD',
  'DISPUTED',
  'DONE',
  'REJECTED',
];

export default function SellerClaimsPage() {
  const { m, format } = useI18n();
  const seller = useOwnSeller();
  const [params, setParams] = useSearchParams();
  const page = usePageVariables(pageSize);
  const state = filters.find((one) => one === params.get('state')) ?? null;
  const { data, loading, failure, reload } = useApiQuery(
    SellerClaimsDocument,
    { sellerId: seller.id, ...page, where: state === null ? null : { state } },
    { dependsOn: ['Claim'] },
  );
  const claims = data?.seller?.claims;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.claimsTitle} />
        <NativeSelect
          aria-label={m.seller.claimFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.seller.filterAll },
            ...filters.map((one) => ({ value: one, label: m.states.claim[one] })),
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {claims && claims.nodes.length === 0 && <EmptyState text={m.seller.claimsEmpty} />}
      <Stack component="ul" gap="md" className={styles.plainList}>
        {claims?.nodes.map((claim) => (
          <li key={claim.id} className={styles.panel}>
            <ClaimHead claim={claim} />
            <Group justify="space-between" mt="sm">
              <Text size="sm" c="dimmed">
                {claim.state === 'REQUESTED' && m.orders.answerBy(format.dateTime(claim.answerBy))}
              </Text>
              <Anchor component={Link} to={`/seller/claims/${claim.id}`}>
                {m.seller.claimOf(claim.sellerOrder.number)}
              </Anchor>
            </Group>
          </li>
        ))}
      </Stack>
      {claims && <Pager info={claims.pageInfo} />}
    </>
  );
}
