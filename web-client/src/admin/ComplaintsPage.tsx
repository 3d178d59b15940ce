import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
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
import styles from './admin.module.css';
import {
  CloseComplaintDocument,
  ComplaintsDocument,
  ResolveComplaintDocument,
  TakeComplaintDocument,
  type ComplaintRowFragment,
} from './operations';

const changes = ['Complaint'];

/** The log of complaints: taken up, answered, closed. */
export function ComplaintsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ComplaintsDocument, usePageVariables(20), {
    dependsOn: changes,
  });
  return (
    <>
      <PageTitle title={m.office.complaintsTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && data.complaints.nodes.length === 0 && <EmptyState text={m.office.complaintsEmpty} />}
      <Stack>
        {data?.complaints.nodes.map((complaint) => (
          <ComplaintRow key={complaint.id} complaint={complaint} />
        ))}
      </Stack>
      {data && <Pager info={data.complaints.pageInfo} />}
    </>
  );
}

function ComplaintRow({ complaint }: { complaint: ComplaintRowFragment }) {
  const { m, format } = useI18n();
  const [answering, setAnswering] = useState(false);
  const take = useAction(TakeComplaintDocument, (data) => data.takeComplaint, changes);
  const resolve = useAction(ResolveComplaintDocument, (data) => data.resolveComplaint, changes);
  const close = useAction(CloseComplaintDocument, (data) => data.closeComplaint, changes);
  const id = { complaintId: complaint.id };
  const answerIt = async (answer: string) => {
    if (await resolve.run({ input: { ...id, answer } })) setAnswering(false);
  };
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {m.office.categories[complaint.category]}
        </Title>
        <Badge variant="light" tt="none">
          {m.office.complaintStates[complaint.state]}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {m.office.channels[complaint.channel]} · {format.dateTime(complaint.createdAt)}
        {complaint.object !== null && ` · ${complaint.object}`}
      </Text>
      <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
        {complaint.text}
      </Text>
      {complaint.answer !== null && (
        <Text size="sm" mt="xs">
          {m.office.answer}: {complaint.answer}
        </Text>
      )}
      <Group gap="xs" mt="sm">
        {complaint.state === 'OPEN' && (
          <Button size="xs" loading={take.busy} onClick={() => void take.run({ input: id })}>
            {m.office.take}
          </Button>
        )}
        {complaint.state === 'IN_PROGRESS' && (
          <Button size="xs" onClick={() => setAnswering(true)}>
            {m.office.answer}
          </Button>
        )}
        {complaint.state === 'RESOLVED' && (
          <Button size="xs" variant="default" loading={close.busy} onClick={() => void close.run({ input: id })}>
            {m.office.close}
          </Button>
        )}
      </Group>
      <FailureAlert failure={take.failure ?? close.failure} />
      {answering && (
        <ReasonDialog
          title={m.office.categories[complaint.category]}
          label={m.office.answer}
          action={m.office.answer}
          keep={m.common.back}
          busy={resolve.busy}
          failure={resolve.failure}
          onSubmit={(answer) => void answerIt(answer)}
          onClose={() => setAnswering(false)}
        />
      )}
    </section>
  );
}
