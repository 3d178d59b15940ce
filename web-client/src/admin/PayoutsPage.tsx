import { Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { once } from '../api/once';
import { useI18n } from '../i18n';
import { useStepUp } from '../shop/my/useStepUp';
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
import {
  ApprovePayoutDocument,
  LatestStatementsDocument,
  PayoutsDocument,
  RejectPayoutDocument,
  RequestPayoutDocument,
  RetryPayoutDocument,
  type LatestStatementsQuery,
  type PayoutRowFragment,
  type PayoutState,
} from './operations';

type Statement = LatestStatementsQuery['settlements']['nodes'][number];

const states: readonly PayoutState[] = ['REQUESTED', 'APPROVED', 'PAID', 'FAILED'];
const changes = ['Payout', 'Settlement'];
const latest = 50;

/** Payouts to sellers: one person requests them, and another approves. */
export default function PayoutsPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (states.find((one) => one === wanted) ?? 'REQUESTED');
  const { data, loading, failure, reload } = useApiQuery(
    PayoutsDocument,
    { state, ...usePageVariables(20) },
    { dependsOn: changes },
  );
  const page = data?.payouts;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.money.payoutsTitle} />
        <NativeSelect
          aria-label={m.money.payoutFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...states.map((one) => ({ value: one, label: m.states.payout[one] })),
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.money.payoutsEmpty} />}
      <Stack>
        {page?.nodes.map((payout) => (
          <PayoutRow key={payout.id} payout={payout} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
      <Unpaid />
    </>
  );
}

function PayoutRow({ payout }: { payout: PayoutRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const [rejecting, setRejecting] = useState(false);
  const approve = useAction(ApprovePayoutDocument, (data) => data.approvePayout, changes);
  const reject = useAction(RejectPayoutDocument, (data) => data.rejectPayout, changes);
  const retry = useAction(RetryPayoutDocument, (data) => data.retryPayout, changes);
  const amount = format.won(payout.amount.amount);
  const input = { payoutId: payout.id };
  const approveIt = async () => {
    if (await once(`approvePayout.${payout.id}`, approve, input)) toast(m.money.approved);
  };
  const retryIt = async () => {
    if (await once(`retryPayout.${payout.id}`, retry, input)) toast(m.money.retried);
  };
  const rejectIt = async (reason: string) => {
    if (await reject.run({ input: { ...input, reason } })) {
      setRejecting(false);
      toast(m.money.rejected);
    } else if (reject.lastFailure()?.fault === 'stepUp') setRejecting(false);
  };
  const labelled = (command: string) => m.money.payoutOf(command, payout.seller.name, amount);
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {payout.seller.name} · {amount}
        </Title>
        <StateBadge state={payout.state} label={m.states.payout[payout.state]} />
      </Group>
      <Text size="sm" c="dimmed">
        {payout.settlement.periodStart} – {payout.settlement.periodEnd} · {m.money.payableOn(payout.payableOn)} ·{' '}
        {m.money.requestedAt(format.dateTime(payout.requestedAt))}
      </Text>
      <Text size="sm">
        {payout.bank} {payout.accountNumber} ({payout.accountHolder})
      </Text>
      {payout.outcomeUnknown && <Text size="sm">{m.money.outcomeUnknown}</Text>}
      {payout.failure !== null && (
        <Text size="sm">
          {m.money.failure}: {payout.failure}
        </Text>
      )}
      <Group gap="xs" mt="sm">
        {payout.state === 'REQUESTED' && (
          <>
            <Button
              size="xs"
              loading={approve.busy}
              aria-label={labelled(m.admin.approve)}
              onClick={() => void stepUp.guard(approve, approveIt)}
            >
              {m.admin.approve}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={labelled(m.admin.reject)}
              onClick={() => {
                reject.forget();
                setRejecting(true);
              }}
            >
              {m.admin.reject}
            </Button>
          </>
        )}
        {payout.state === 'FAILED' && (
          <Button
            size="xs"
            loading={retry.busy}
            aria-label={labelled(m.money.retry)}
            onClick={() => void stepUp.guard(retry, retryIt)}
          >
            {m.money.retry}
          </Button>
        )}
      </Group>
      <FailureAlert failure={approve.failure ?? retry.failure} />
      {rejecting && (
        <ReasonDialog
          title={labelled(m.admin.reject)}
          label={m.admin.reason}
          action={m.admin.reject}
          keep={m.common.back}
          busy={reject.busy}
          failure={reject.failure}
          onSubmit={(reason) => void stepUp.guard(reject, () => rejectIt(reason))}
          onClose={() => setRejecting(false)}
        />
      )}
      {stepUp.form}
    </section>
  );
}

/** The latest statements whose payout nobody has requested. */
function Unpaid() {
  const { m } = useI18n();
  const { data, failure, reload } = useApiQuery(LatestStatementsDocument, { first: latest }, { dependsOn: changes });
  const unpaid = (data?.settlements.nodes ?? []).filter((one) => one.payout === null && one.net.amount > 0);
  if (unpaid.length === 0 && failure === null) return null;
  return (
    <section style={{ marginTop: 32 }}>
      <Title order={2} size="h4" mb="sm">
        {m.money.unpaidTitle}
      </Title>
      <FailureAlert failure={failure} onRetry={reload} />
      <Stack>
        {unpaid.map((statement) => (
          <UnpaidRow key={statement.id} statement={statement} />
        ))}
      </Stack>
    </section>
  );
}

function UnpaidRow({ statement }: { statement: Statement }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const request = useAction(RequestPayoutDocument, (data) => data.requestPayout, changes);
  const period = `${statement.periodStart} – ${statement.periodEnd}`;
  const requestIt = async () => {
    const input = { settlementId: statement.id };
    if (await once(`requestPayout.${statement.id}`, request, input)) toast(m.money.requested);
  };
  return (
    <div className={styles.panel}>
      <Group justify="space-between">
        <div>
          <Text fw={600}>
            {statement.seller.name} · {format.won(statement.net.amount)}
          </Text>
          <Text size="sm" c="dimmed">
            {period} · {m.money.payableOn(statement.payableOn)}
          </Text>
        </div>
        <Button
          size="xs"
          loading={request.busy}
          aria-label={m.money.requestOf(statement.seller.name, period)}
          onClick={() => void stepUp.guard(request, requestIt)}
        >
          {m.money.request}
        </Button>
      </Group>
      <FailureAlert failure={request.failure} />
      {stepUp.form}
    </div>
  );
}
