import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { ApprovalsDocument, ApproveRequestDocument, RejectRequestDocument, type ApprovalRowFragment } from './operations';
import { usePermissions } from './staff';

const changes = ['ApprovalRequest'];

/** Requests of colleagues that wait for a second person. */
export function ApprovalsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ApprovalsDocument, usePageVariables(20), {
    dependsOn: changes,
  });
  return (
    <>
      <PageTitle title={m.office.approvalsTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && data.approvalRequests.nodes.length === 0 && <EmptyState text={m.office.approvalsEmpty} />}
      <Stack>
        {data?.approvalRequests.nodes.map((request) => (
          <RequestRow key={request.id} request={request} />
        ))}
      </Stack>
      {data && <Pager info={data.approvalRequests.pageInfo} />}
    </>
  );
}

function RequestRow({ request }: { request: ApprovalRowFragment }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const may = usePermissions();
  const [rejecting, setRejecting] = useState(false);
  const approve = useAction(ApproveRequestDocument, (data) => data.approveRequest, changes);
  const reject = useAction(RejectRequestDocument, (data) => data.rejectRequest, changes);
  const approveIt = async () => {
    if (await approve.run({ input: { approvalId: request.id } })) toast(m.office.approved);
  };
  const rejectIt = async (reason: string) => {
    if (await reject.run({ input: { approvalId: request.id, reason } })) toast(m.office.rejected);
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5">
        {m.office.kinds[request.kind]} · {m.office.approvalStates[request.state]}
      </Title>
      <Text size="sm" c="dimmed">
        {request.requestedBy.name ?? m.admin.unknownBuyer} · {format.dateTime(request.requestedAt)}
      </Text>
      <dl className={styles.facts}>
        <dt>{m.office.object}</dt>
        <dd>{request.object}</dd>
        <dt>{m.office.wanted}</dt>
        <dd>{request.wanted}</dd>
        <dt>{m.admin.reason}</dt>
        <dd>{request.reason}</dd>
      </dl>
      {request.state === 'PENDING' && may('APPROVAL_DECIDE') && (
        <Group gap="xs" mt="sm">
          <Button size="xs" loading={approve.busy} onClick={() => void approveIt()}>
            {m.admin.approve}
          </Button>
          <Button size="xs" variant="default" onClick={() => setRejecting(true)}>
            {m.admin.reject}
          </Button>
        </Group>
      )}
      <FailureAlert failure={approve.failure} />
      {rejecting && (
        <ReasonDialog
          title={m.office.kinds[request.kind]}
          label={m.admin.reason}
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
