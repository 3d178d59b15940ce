import { Button, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
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
import styles from './admin.module.css';
import { SellersDocument, type SellerRowFragment, type SellerState } from './operations';
import { SellerPapers } from './SellerPapers';
import { commandsIn, needsReason, type SellerCommand } from './sellerCommands';
import { useSellerCommand } from './useSellerCommand';

const pageSize = 20;

export function SellersPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const names = Object.keys(m.states.seller) as SellerState[];
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (names.find((one) => one === wanted) ?? 'APPLIED');
  const page = usePageVariables(pageSize);
  const { data, loading, failure, reload } = useApiQuery(
    SellersDocument,
    { ...page, where: state === null ? null : { state } },
    { dependsOn: ['Seller'] },
  );
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.admin.sellersTitle} />
        <NativeSelect
          aria-label={m.admin.state}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...names.map((one) => ({ value: one, label: m.states.seller[one] })),
            { value: 'all', label: m.admin.allStates },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && data.sellers.nodes.length === 0 && <EmptyState text={m.admin.sellersEmpty} />}
      <Stack>
        {data?.sellers.nodes.map((seller) => (
          <SellerCard key={seller.id} seller={seller} />
        ))}
      </Stack>
      {data && <Pager info={data.sellers.pageInfo} />}
    </>
  );
}

function SellerCard({ seller }: { seller: SellerRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const commands = useSellerCommand();
  const [last, setLast] = useState<SellerCommand | null>(null);
  const [asking, setAsking] = useState(false);
  const [shown, setShown] = useState(false);
  const send = async (command: SellerCommand, reason: string) => {
    const moved = await commands.run(command, seller.id, reason);
    if (!moved) return;
    setAsking(false);
    toast(m.admin.moved(m.states.seller[moved.state]));
  };
  const start = (command: SellerCommand) => {
    setLast(command);
    commands.forget(command);
    if (needsReason(command)) setAsking(true);
    else void send(command, '');
  };
  return (
    <section className={styles.panel}>
      <Group justify="space-between">
        <Title order={2} size="h5">
          {seller.name}
        </Title>
        <StateBadge state={seller.state} label={m.states.seller[seller.state]} />
      </Group>
      <dl className={styles.facts}>
        <dt>{m.shop.representative}</dt>
        <dd>{seller.representativeName}</dd>
        <dt>{m.shop.businessNumber}</dt>
        <dd>
          {seller.businessNumber} · {m.seller.taxTypes[seller.taxType]}
        </dd>
        <dt>{m.shop.mailOrderNumber}</dt>
        <dd>{seller.mailOrderNumber}</dd>
        <dt>{m.shop.sellerContact}</dt>
        <dd>
          {seller.phone} · {seller.email}
        </dd>
        <dt>{m.shop.sellerAddress}</dt>
        <dd>{seller.address}</dd>
        <dt>{m.admin.appliedAt}</dt>
        <dd>{format.dateTime(seller.joinedAt)}</dd>
      </dl>
      <Group gap="xs">
        {commandsIn(seller.state).map((command, index) => (
          <Button
            key={command}
            size="xs"
            variant={index === 0 ? 'filled' : 'default'}
            disabled={commands.busy}
            aria-label={m.admin.commandOf(seller.name, m.admin.commands[command])}
            onClick={() => start(command)}
          >
            {m.admin.commands[command]}
          </Button>
        ))}
        <Button
          size="xs"
          variant="default"
          aria-expanded={shown}
          aria-label={m.admin.papersOf(seller.name)}
          onClick={() => setShown(!shown)}
        >
          {m.admin.papers}
        </Button>
      </Group>
      {shown && <SellerPapers sellerId={seller.id} />}
      {last !== null && !asking && <FailureAlert failure={commands.failureOf(last)} />}
      {last !== null && asking && (
        <ReasonDialog
          title={m.admin.commandOf(seller.name, m.admin.commands[last])}
          label={m.admin.reason}
          action={m.admin.commands[last]}
          keep={m.common.back}
          busy={commands.busy}
          failure={commands.failureOf(last)}
          onSubmit={(reason) => void send(last, reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
