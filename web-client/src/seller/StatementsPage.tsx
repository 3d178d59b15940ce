import { Anchor, Button, Group, Stack, Text, Title } from '@mantine/core';
import { Link } from 'react-router';
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
import { SellerStatementsDocument, type StatementRowFragment } from './operations';
import { useOwnSeller } from './SellerArea';

const pageSize = 20;

export default function StatementsPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    SellerStatementsDocument,
    { sellerId: seller.id, ...usePageVariables(pageSize) },
    { dependsOn: ['Settlement', 'Payout'] },
  );
  const page = data?.settlements;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.money.statements} />
        <Button component={Link} to="/seller/settlements/items" variant="default">
          {m.money.items}
        </Button>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.money.noStatements} hint={m.money.noStatementsHint} />}
      <Stack>
        {page?.nodes.map((statement) => (
          <StatementRow key={statement.id} statement={statement} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function StatementRow({ statement }: { statement: StatementRowFragment }) {
  const { m, format } = useI18n();
  const { payout } = statement;
  return (
    <section className={styles.panel}>
      <Group justify="space-between">
        <Title order={2} size="h5">
          <Anchor component={Link} to={`/seller/settlements/${statement.id}`} inherit>
            {statement.periodStart} – {statement.periodEnd}
          </Anchor>
        </Title>
        {payout !== null && <StateBadge state={payout.state} label={m.states.payout[payout.state]} />}
      </Group>
      <Text fw={800} size="lg">
        {format.won(statement.net.amount)}
      </Text>
      <Text size="sm" c="dimmed">
        {m.money.rows(statement.itemCount)} · {m.money.gross} {format.won(statement.gross.amount)} ·{' '}
        {m.money.payableOn(statement.payableOn)}
      </Text>
    </section>
  );
}
