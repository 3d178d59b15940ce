import { Alert, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useParams } from 'react-router';
import { useClient } from 'urql';
import { NotFoundPage } from '../app/NotFoundPage';
import { failed, type Failure } from '../api/failure';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { Facts } from '../shop/Facts';
import styles from '../shop/shop.module.css';
import { download } from '../ui/download';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { SellerStatementDocument, StatementCsvDocument, type SellerStatementQuery, type StatementCsvQuery } from './operations';

type StatementDetail = NonNullable<SellerStatementQuery['settlement']>;

const pageSize = 50;

export default function StatementPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(
    SellerStatementDocument,
    { id, ...useForwardVariables(pageSize) },
    { dependsOn: ['Settlement', 'Payout'] },
  );
  if (loading) return <RowsSkeleton />;
  if (data && !data.settlement && failure === null) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.settlement && <Statement statement={data.settlement} />}
    </>
  );
}

function Statement({ statement }: { statement: StatementDetail }) {
  const { m, format } = useI18n();
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={`${m.money.statement} ${statement.periodStart} – ${statement.periodEnd}`} />
        <CsvButton statement={statement} />
      </Group>
      <Stack>
        <Payout payout={statement.payout} payableOn={statement.payableOn} />
        <section className={styles.panel}>
          <Title order={2} size="h5" mb="sm">
            {m.money.sums}
          </Title>
          <Facts
            facts={[
              [m.money.gross, format.won(statement.gross.amount)],
              [m.money.sellerDiscount, format.won(-statement.sellerDiscount.amount)],
              [m.money.commission, format.won(-statement.commission.amount)],
              [m.money.commissionVat, format.won(-statement.commissionVat.amount)],
              [m.money.net, format.won(statement.net.amount)],
              [m.money.platformDiscount, format.won(statement.platformDiscount.amount)],
              [m.money.closedAt, format.dateTime(statement.closedAt)],
            ]}
          />
        </section>
        <Lines statement={statement} />
      </Stack>
    </>
  );
}

function Payout({ payout, payableOn }: { payout: StatementDetail['payout']; payableOn: string }) {
  const { m, format } = useI18n();
  if (payout === null) {
    return (
      <Alert color="blue" role="note">
        {m.money.noPayout(payableOn)}
      </Alert>
    );
  }
  return (
    <section className={styles.panel}>
      <Group gap="xs" mb="sm">
        <Title order={2} size="h5">
          {m.money.payout}
        </Title>
        <StateBadge state={payout.state} label={m.states.payout[payout.state]} />
      </Group>
      <Facts
        facts={[
          [m.money.amount, format.won(payout.amount.amount)],
          [m.money.account, `${payout.bank} ${payout.accountNumber} (${payout.accountHolder})`],
          [m.money.payDay, payout.payableOn],
          [m.money.paidAt, payout.paidAt === null ? null : format.dateTime(payout.paidAt)],
          [m.money.failure, payout.failure],
        ]}
      />
    </section>
  );
}

function CsvButton({ statement }: { statement: StatementDetail }) {
  const { m } = useI18n();
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const save = async () => {
    setBusy(true);
    const answer = await client
      .query<StatementCsvQuery>(StatementCsvDocument.toString(), { id: statement.id }, { requestPolicy: 'network-only' })
      .toPromise();
    setBusy(false);
    setFailure(answer.error ? failed(answer.error) : null);
    const csv = answer.data?.settlement?.csv;
    if (csv !== undefined) download(`statement-${statement.periodStart}-${statement.periodEnd}.csv`, 'text/csv', csv);
  };
  return (
    <div>
      <Button variant="default" loading={busy} onClick={() => void save()}>
        {m.money.csv}
      </Button>
      <FailureAlert failure={failure} />
    </div>
  );
}

function Lines({ statement }: { statement: StatementDetail }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5">
        {m.money.lines}
      </Title>
      <Table.ScrollContainer minWidth={620} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{m.money.title}</Table.Th>
              <Table.Th scope="col">{m.money.gross}</Table.Th>
              <Table.Th scope="col">{m.money.commissionWithVat}</Table.Th>
              <Table.Th scope="col">{m.money.net}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {statement.lines.nodes.map((line) => (
              <Table.Tr key={line.itemId}>
                <Table.Th scope="row">
                  {line.title}
                  <Text size="xs" c="dimmed">
                    {m.money.kinds[line.kind]} · {line.orderNumber} · {m.common.pieces(line.quantity)}
                  </Text>
                </Table.Th>
                <Table.Td>{format.won(line.gross.amount)}</Table.Td>
                <Table.Td>{format.won(-(line.commission.amount + line.commissionVat.amount))}</Table.Td>
                <Table.Td>{format.won(line.net.amount)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ForwardPager info={statement.lines.pageInfo} />
    </section>
  );
}
