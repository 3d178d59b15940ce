import { Button, Group, NativeSelect, Stack, Text, Textarea, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useParams } from 'react-router';
import { NotFoundPage } from '../app/NotFoundPage';
import { useAction, useApiQuery } from '../api/hooks';
import { once } from '../api/once';
import { useI18n } from '../i18n';
import { ClaimFacts } from '../shop/claims/ClaimFacts';
import { useStepUp } from '../shop/my/useStepUp';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { RefundApproval } from './RefundApproval';
import {
  AdminClaimDocument,
  ResolveDisputeDocument,
  type AdminClaimQuery,
  type ClaimFault,
  type DisputeOutcome,
} from './operations';

type ClaimDetail = NonNullable<AdminClaimQuery['claim']>;

const outcomes: readonly DisputeOutcome[] = ['APPROVE', 'REFUND', 'REJECT'];
const faults: readonly ClaimFault[] = ['BUYER', 'SELLER'];

export default function DisputePage() {
  const { m, format } = useI18n();
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(AdminClaimDocument, { id }, { dependsOn: ['Claim'] });
  const claim = data?.claim;
  if (loading) return <RowsSkeleton />;
  if (data && !claim && failure === null) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {claim && (
        <>
          <PageTitle title={m.claims.titleOf(m.claims.kinds[claim.kind])} />
          <Group gap="xs" mb="md">
            <StateBadge state={claim.state} label={m.states.claim[claim.state]} />
            <Text size="sm" c="dimmed">
              {claim.seller.name} · {claim.order?.number} · {format.dateTime(claim.requestedAt)}
            </Text>
          </Group>
          <Stack>
            {claim.state === 'DISPUTED' && <Decision claim={claim} />}
            {claim.state === 'DISPUTED' && <RefundApproval of={{ claimId: claim.id }} amount={claim.refundAmount.amount} />}
            <ClaimFacts claim={claim} />
          </Stack>
        </>
      )}
    </>
  );
}

function Decision({ claim }: { claim: ClaimDetail }) {
  const { m } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const [outcome, setOutcome] = useState<DisputeOutcome>('APPROVE');
  const [fault, setFault] = useState<ClaimFault>(claim.fault);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const resolve = useAction(ResolveDisputeDocument, (data) => data.resolveDispute, ['Claim', 'OrderLine']);
  const decide = async () => {
    const input = { claimId: claim.id, outcome, fault, reason: reason.trim() };
    if (await once(`resolveDispute.${claim.id}`, resolve, input)) toast(m.office.decided);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') void stepUp.guard(resolve, decide);
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.office.decision}
      </Title>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Group grow>
            <NativeSelect
              label={m.office.outcome}
              value={outcome}
              onChange={(event) => setOutcome(event.currentTarget.value as DisputeOutcome)}
              data={outcomes.map((one) => ({ value: one, label: m.office.outcomes[one] }))}
            />
            <NativeSelect
              label={m.claims.fault}
              value={fault}
              onChange={(event) => setFault(event.currentTarget.value as ClaimFault)}
              data={faults.map((one) => ({ value: one, label: m.claims.faults[one] }))}
            />
          </Group>
          <Textarea
            label={m.office.decisionReason}
            description={m.office.decisionNote}
            required
            rows={3}
            maxLength={1000}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            error={missing ? m.forms.needed : undefined}
          />
          <FailureAlert failure={resolve.failure} />
          <Group>
            <Button type="submit" loading={resolve.busy}>
              {m.office.decide}
            </Button>
          </Group>
        </Stack>
      </form>
      {stepUp.form}
    </section>
  );
}
