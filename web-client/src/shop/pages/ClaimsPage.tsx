import { Button, Stack } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { usePageVariables } from '../../ui/paging';
import { RowsSkeleton } from '../../ui/Skeletons';
import { ClaimHead } from '../claims/ClaimHead';
import { ClaimsDocument } from '../operations';
import styles from '../shop.module.css';

const pageSize = 10;

export default function ClaimsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ClaimsDocument, usePageVariables(pageSize), {
    dependsOn: ['Claim'],
  });
  const page = data?.me?.claims;
  return (
    <>
      <PageTitle title={m.claims.title} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && (
        <EmptyState text={m.claims.empty} hint={m.claims.emptyHint}>
          <Button component={Link} to="/orders">
            {m.common.orders}
          </Button>
        </EmptyState>
      )}
      <Stack component="ul" gap="md" className={styles.plainList}>
        {page?.nodes.map((claim) => (
          <li key={claim.id}>
            <Link to={`/claims/${claim.id}`} className={`${styles.panel} ${styles.linkCard}`}>
              <ClaimHead claim={claim} />
            </Link>
          </li>
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}
