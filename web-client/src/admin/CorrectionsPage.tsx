import { Button, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { CorrectionFacts } from '../seller/CorrectionFacts';
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
  ApproveSellerParticularsDocument,
  RejectSellerParticularsDocument,
  SellerCorrectionsDocument,
  type SellerCorrectionsQuery,
  type SellerParticularsRequestState,
} from './operations';

type Row = SellerCorrectionsQuery['sellerParticularsRequests']['nodes'][number];

const states: readonly SellerParticularsRequestState[] = ['OPEN', 'APPROVED', 'REJECTED', 'WITHDRAWN'];
const changes = ['SellerParticularsRequest', 'Seller'];

/** Corrections of what sellers have to tell of themselves; staff decide. */
export default function CorrectionsPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (states.find((one) => one === wanted) ?? 'OPEN');
  const { data, loading, failure, reload } = useApiQuery(
    SellerCorrectionsDocument,
    { state, ...usePageVariables(20) },
    { dependsOn: changes },
  );
  const page = data?.sellerParticularsRequests;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.particulars.correctionsTitle} />
        <NativeSelect
          aria-label={m.particulars.correctionFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...states.map((one) => ({ value: one, label: m.particulars.states[one] })),
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.particulars.correctionsEmpty} />}
      <Stack>
        {page?.nodes.map((request) => (
          <CorrectionRow key={request.id} request={request} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function CorrectionRow({ request }: { request: Row }) {
  const { m } = useI18n();
  const toast = useToast();
  const [rejecting, setRejecting] = useState(false);
  const approve = useAction(ApproveSellerParticularsDocument, (data) => data.approveSellerParticulars, changes);
  const reject = useAction(RejectSellerParticularsDocument, (data) => data.rejectSellerParticulars, changes);
  const { seller } = request;
  const approveIt = async () => {
    if (await approve.run({ input: { requestId: request.id } })) toast(m.particulars.approved);
  };
  const rejectIt = async (reason: string) => {
    if (!(await reject.run({ input: { requestId: request.id, reason } }))) return;
    setRejecting(false);
    toast(m.particulars.rejected);
  };
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {seller.name}
        </Title>
        <StateBadge state={request.state} label={m.particulars.states[request.state]} />
      </Group>
      <CorrectionFacts request={request} now={seller} />
      {request.state === 'OPEN' && (
        <Group gap="xs" mt="sm">
          <Button
            size="xs"
            loading={approve.busy}
            aria-label={m.particulars.approveOf(seller.name)}
            onClick={() => void approveIt()}
          >
            {m.admin.approve}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={m.particulars.rejectOf(seller.name)}
            onClick={() => {
              reject.forget();
              setRejecting(true);
            }}
          >
            {m.admin.reject}
          </Button>
        </Group>
      )}
      <FailureAlert failure={approve.failure} />
      {rejecting && (
        <ReasonDialog
          title={m.particulars.rejectOf(seller.name)}
          label={m.particulars.decisionReason}
          maxLength={500}
          action={m.admin.reject}
          keep={m.common.back}
          busy={reject.busy}
          failure={reject.failure}
          onSubmit={(reason) => void rejectIt(reason)}
          onClose={() => setRejecting(false)}
        />
      )}
    </section>
  );
}
