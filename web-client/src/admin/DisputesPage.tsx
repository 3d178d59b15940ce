import { Anchor, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { ClaimHead } from '../shop/claims/ClaimHead';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import styles from './admin.module.css';
import { AdminClaimsDocument, type ClaimState } from './operations';

const filters: readonly ClaimState[] = ['DISPUTED', 'REQUESTED', 'ON_HOLD', 'INSPECTED', 'REJECTED', 'DONE'];

/** Claims, those first that staff have to decide. */
export default function DisputesPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (filters.find((one) => one === wanted) ?? 'DISPUTED');
  const { data, loading, failure, reload } = useApiQuery(
    AdminClaimsDocument,
    { ...usePageVariables(20), where: state === null ? null : { state } },
    { dependsOn: ['Claim'] },
  );
  const page = data?.claims;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.office.claimsTitle} />
        <NativeSelect
          aria-label={m.seller.claimFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...filters.map((one) => ({ value: one, label: m.states.claim[one] })),
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.office.claimsEmpty} />}
      <Stack component="ul" gap="md" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {page?.nodes.map((claim) => (
          <li key={claim.id} className={styles.panel}>
            <ClaimHead claim={claim} />
            <Group justify="space-between" mt="sm">
              <Text size="sm" c="dimmed">
                {claim.seller.name}
              </Text>
              <Anchor component={Link} to={`/admin/claims/${claim.id}`}>
                {m.office.openClaim(claim.lines[0]?.line.productTitle ?? claim.id)}
              </Anchor>
            </Group>
          </li>
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}
