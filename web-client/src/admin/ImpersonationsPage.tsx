import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { EndLookDialog } from './EndLookDialog';
import { LookButton } from './LookButton';
import { ImpersonationsDocument, MyStaffDocument, type ImpersonationRowFragment } from './operations';
import { usePermissions } from './staff';

/** Begins looks at the market as somebody else; who looked as whom, and the end of what goes on. */
export default function ImpersonationsPage() {
  const { m } = useI18n();
  const may = usePermissions();
  const { data: mine } = useApiQuery(MyStaffDocument, {}, { policy: 'cache-first' });
  const { data, loading, failure, reload } = useApiQuery(ImpersonationsDocument, usePageVariables(20), {
    pause: !may('AUDIT_READ'),
    dependsOn: ['Impersonation'],
  });
  const page = data?.impersonations;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.control.looksTitle} />
        <LookButton />
      </Group>
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
  const unknown = m.admin.unknownBuyer;
  const name = m.control.lookOf(look.staff.name ?? unknown, look.user.name ?? unknown);
  const ended = () => {
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
        <Button size="xs" mt="sm" aria-label={m.control.endLookOf(name)} onClick={() => setAsking(true)}>
          {m.control.endLook}
        </Button>
      )}
      {asking && (
        <EndLookDialog id={look.id} title={m.control.endLookOf(name)} onEnded={ended} onClose={() => setAsking(false)} />
      )}
    </section>
  );
}
