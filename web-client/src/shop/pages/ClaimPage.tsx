import { Anchor, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { ParcelDialog } from '../../ui/ParcelDialog';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { RowsSkeleton } from '../../ui/Skeletons';
import { StateBadge } from '../../ui/StateBadge';
import { useToast } from '../../ui/toast';
import { ClaimFacts } from '../claims/ClaimFacts';
import { buyerCommands } from '../claims/rules';
import {
  ClaimDocument,
  CompleteClaimDocument,
  DisputeClaimDocument,
  SendBackDocument,
  WithdrawClaimDocument,
  type ClaimQuery,
} from '../operations';

type ClaimDetail = NonNullable<ClaimQuery['claim']>;

const changes = ['Claim', 'OrderLine', 'Order'];

export default function ClaimPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(ClaimDocument, { id }, { dependsOn: ['Claim'] });
  if (loading) return <RowsSkeleton />;
  if (data && !data.claim && failure === null) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.claim && <Claim claim={data.claim} />}
    </>
  );
}

function Claim({ claim }: { claim: ClaimDetail }) {
  const { m, format } = useI18n();
  return (
    <>
      <PageTitle title={m.claims.titleOf(m.claims.kinds[claim.kind])} />
      <Group gap="xs" mb="sm">
        <StateBadge state={claim.state} label={m.states.claim[claim.state]} />
        <Text size="sm" c="dimmed">
          {claim.seller.name} · {format.dateTime(claim.requestedAt)}
        </Text>
        {claim.order !== null && (
          <Anchor component={Link} to={`/orders/${claim.order.id}`} size="sm">
            {m.orders.number} {claim.order.number}
          </Anchor>
        )}
      </Group>
      <Text mb="md">{m.claims.stateText[claim.state]}</Text>
      <Commands claim={claim} />
      <ClaimFacts claim={claim} />
    </>
  );
}

/** What the buyer can do now, each step with what it needs. */
function Commands({ claim }: { claim: ClaimDetail }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<'sendBack' | 'dispute' | null>(null);
  const withdraw = useAction(WithdrawClaimDocument, (data) => data.withdrawClaim, changes);
  const complete = useAction(CompleteClaimDocument, (data) => data.completeClaim, changes);
  const dispute = useAction(DisputeClaimDocument, (data) => data.disputeClaim, changes);
  const send = useAction(SendBackDocument, (data) => data.startCollection, changes);
  const can = buyerCommands(claim);
  const input = { claimId: claim.id };
  const disputeIt = async (reason: string) => {
    if (!(await dispute.run({ input: { ...input, reason } }))) return;
    setAsking(null);
    toast(m.claims.disputed);
  };
  const sendIt = async (parcel: { carrier: string; trackingNumber: string }) => {
    if (!(await send.run({ input: { ...input, ...parcel } }))) return;
    setAsking(null);
    toast(m.claims.sentBack);
  };
  return (
    <>
      {can.sendBack && (
        <Text size="sm" mb="sm">
          {m.claims.sendTo(claim.seller.address, claim.seller.phone)}
        </Text>
      )}
      <Group mb="md" gap="xs">
        {can.sendBack && <Button onClick={() => setAsking('sendBack')}>{m.claims.sendBack}</Button>}
        {can.complete && (
          <Button
            loading={complete.busy}
            onClick={() => void complete.run({ input }).then((done) => done && toast(m.claims.completed))}
          >
            {m.claims.complete}
          </Button>
        )}
        {can.dispute && <Button onClick={() => setAsking('dispute')}>{m.claims.dispute}</Button>}
        {can.withdraw && (
          <Button
            variant="default"
            loading={withdraw.busy}
            onClick={() => void withdraw.run({ input }).then((done) => done && toast(m.claims.withdrawn))}
          >
            {m.claims.withdraw}
          </Button>
        )}
      </Group>
      <FailureAlert failure={withdraw.failure ?? complete.failure} />
      {asking === 'sendBack' && (
        <ParcelDialog
          title={m.claims.sendBack}
          action={m.claims.sendBack}
          busy={send.busy}
          failure={send.failure}
          onSubmit={(parcel) => void sendIt(parcel)}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === 'dispute' && (
        <ReasonDialog
          title={m.claims.dispute}
          note={m.claims.disputeNote}
          label={m.claims.disputeReason}
          action={m.claims.dispute}
          keep={m.common.back}
          maxLength={1000}
          gentle
          busy={dispute.busy}
          failure={dispute.failure}
          onSubmit={(reason) => void disputeIt(reason)}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}
