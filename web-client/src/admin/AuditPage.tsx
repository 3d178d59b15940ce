import { Badge, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import styles from './admin.module.css';
import { AuditEntriesDocument, type AuditEntriesQuery } from './operations';

type Entry = AuditEntriesQuery['auditEntries']['nodes'][number];

const pageSize = 25;

/** What staff did and what happened to money, the newest first. */
export function AuditPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const object = params.get('object');
  const page = usePageVariables(pageSize);
  const variables = { ...page, where: object === null ? null : { object } };
  const { data, loading, failure, reload } = useApiQuery(AuditEntriesDocument, variables, { policy: 'network-only' });
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.office.auditTitle} />
        <Search />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && data.auditEntries.nodes.length === 0 && <EmptyState text={m.office.auditEmpty} />}
      <Stack gap="xs">
        {data?.auditEntries.nodes.map((entry) => (
          <EntryRow key={entry.sequence} entry={entry} />
        ))}
      </Stack>
      {data && <Pager info={data.auditEntries.pageInfo} />}
    </>
  );
}

function Search() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const [object, setObject] = useState(params.get('object') ?? '');
  const search = (event: FormEvent) => {
    event.preventDefault();
    setParams(object.trim() === '' ? {} : { object: object.trim() });
  };
  return (
    <form onSubmit={search}>
      <Group gap="xs" align="flex-end">
        <TextInput
          label={m.office.object}
          value={object}
          onChange={(event) => setObject(event.currentTarget.value)}
          maxLength={60}
        />
        <Button type="submit" variant="default">
          {m.office.search}
        </Button>
      </Group>
    </form>
  );
}

function EntryRow({ entry }: { entry: Entry }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {entry.service} · {entry.action}
        </Title>
        <Badge variant="light" tt="none">
          {m.office.actors[entry.actorKind]}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        #{entry.sequence} · {format.dateTime(entry.at)} · {entry.actor}
        {entry.impersonated !== null && ` → ${entry.impersonated}`}
      </Text>
      <dl className={styles.facts}>
        <dt>{m.office.object}</dt>
        <dd>{entry.object}</dd>
        {entry.reason !== null && (
          <>
            <dt>{m.admin.reason}</dt>
            <dd>{entry.reason}</dd>
          </>
        )}
        <dt>{m.office.before}</dt>
        <dd>{entry.before}</dd>
        <dt>{m.office.after}</dt>
        <dd>{entry.after}</dd>
        <dt>{m.office.hash}</dt>
        <dd>{entry.hash.slice(0, 16)}</dd>
      </dl>
    </section>
  );
}
