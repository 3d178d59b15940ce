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
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { EndImpersonationDocument, ImpersonationsDocument, MyStaffDocument, type ImpersonationRowFragment } from './operations';
import { usePermissions } from './staff';

const changes = ['Impersonation'];

/** Who looked at the market as whom; what goes on can be ended. */
export default function ImpersonationsPage() {
  const { m } = useI18n();
  const may = usePermissions();
  const { data: mine } = useApiQuery(MyStaffDocument, {}, { policy: 'cache-first' });
  const { data, loading, failure, reload } = useApiQuery(ImpersonationsDocument, usePageVariables(20), {
    dependsOn: changes,
  });
  const page = data?.impersonations;
  return (
    <>
      <PageTitle title={m.control.looksTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.control.looksEmpty} />}
      <Stack>
        {page?.nodes.map((look) => (
          <LookRow key={look.id} look={look} mayEnd={may('IMPERSONATE') || look.staff.id === mine?.myStaff?.userId} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function LookRow({ look, mayEnd }: { look: ImpersonationRowFragment; mayEnd: boolean }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState(false);
  const end = useAction(EndImpersonationDocument, (data) => data.endImpersonation, changes);
  const unknown = m.admin.unknownBuyer;
  const name = m.control.lookOf(look.staff.name ?? unknown, look.user.name ?? unknown);
  const endIt = async (reason: string) => {
    if (!(await end.run({ input: { impersonationId: look.id, reason } }))) return;
    setAsking(false);
    toast(m.control.lookEnded);
  };
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {name}
        </Title>
        <Badge variant="light" tt="none" color={look.active ? 'orange' : 'gray'}>
          {look.active ? m.control.looking : m.control.lookOver}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {m.control.lookTimes(format.dateTime(look.startedAt), format.dateTime(look.expiresAt))}
      </Text>
      <Text size="sm">{look.reason}</Text>
      {look.endedAt !== null && (
        <Text size="sm">{m.control.lookEndedBy(look.endedBy?.name ?? unknown, format.dateTime(look.endedAt))}</Text>
      )}
      {look.active && mayEnd && (
        <Button
          size="xs"
          mt="sm"
          aria-label={m.control.endLookOf(name)}
          onClick={() => {
            end.forget();
            setAsking(true);
          }}
        >
          {m.control.endLook}
        </Button>
      )}
      {asking && (
        <ReasonDialog
          title={m.control.endLookOf(name)}
          label={m.control.endLookReason}
          maxLength={500}
          action={m.control.endLook}
          keep={m.common.back}
          busy={end.busy}
          failure={end.failure}
          onSubmit={(reason) => void endIt(reason)}
          onClose={() => setAsking(false)}
        />
      )}
    </section>
  );
}
