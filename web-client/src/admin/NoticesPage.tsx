import { Badge, Button, Group, NativeSelect, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import {
  AllNoticesDocument,
  CreateNoticeDocument,
  PublishNoticeDocument,
  WithdrawNoticeDocument,
  type NoticeAudience,
  type NoticeRowFragment,
} from './operations';

const changes = ['Notice'];
const audiences: readonly NoticeAudience[] = ['ALL', 'SELLERS'];

/** What the market tells everybody: written as a draft, then published. */
export function NoticesPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(AllNoticesDocument, usePageVariables(20), {
    dependsOn: changes,
  });
  return (
    <>
      <PageTitle title={m.office.noticesTitle} />
      <Stack>
        <NewNotice />
        <FailureAlert failure={failure} onRetry={reload} />
        {loading && <RowsSkeleton />}
        {data?.allNotices.nodes.map((notice) => (
          <NoticeRow key={notice.id} notice={notice} />
        ))}
      </Stack>
      {data && <Pager info={data.allNotices.pageInfo} />}
    </>
  );
}

const empty = { titleKo: '', titleEn: '', bodyKo: '', bodyEn: '' };

function NewNotice() {
  const { m } = useI18n();
  const toast = useToast();
  const [text, setText] = useState(empty);
  const [audience, setAudience] = useState<NoticeAudience>('ALL');
  const create = useAction(CreateNoticeDocument, (data) => data.createNotice, changes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await create.run({ input: { notice: { ...text, audience, pinned: false } } })) {
      setText(empty);
      toast(m.office.drafted);
    }
  };
  const field = (name: keyof typeof empty) => ({
    label: m.office.fields[name],
    value: text[name],
    onChange: (event: { currentTarget: { value: string } }) => setText({ ...text, [name]: event.currentTarget.value }),
    required: true,
  });
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.office.newNotice}
      </Title>
      <form onSubmit={(event) => void submit(event)}>
        <Stack gap="sm">
          <TextInput {...field('titleKo')} maxLength={100} />
          <Textarea {...field('bodyKo')} rows={3} maxLength={5000} />
          <TextInput {...field('titleEn')} maxLength={100} />
          <Textarea {...field('bodyEn')} rows={3} maxLength={5000} />
          <NativeSelect
            label={m.office.audience}
            value={audience}
            onChange={(event) => setAudience(event.currentTarget.value === 'SELLERS' ? 'SELLERS' : 'ALL')}
            data={audiences.map((one) => ({ value: one, label: m.office.audiences[one] }))}
          />
          <FailureAlert failure={create.failure} />
          <Group>
            <Button type="submit" loading={create.busy}>
              {m.office.draft}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}

function NoticeRow({ notice }: { notice: NoticeRowFragment }) {
  const { m, format } = useI18n();
  const publish = useAction(PublishNoticeDocument, (data) => data.publishNotice, changes);
  const withdraw = useAction(WithdrawNoticeDocument, (data) => data.withdrawNotice, changes);
  const input = { input: { noticeId: notice.id } };
  return (
    <section className={styles.panel}>
      <Group gap="xs">
        <Title order={2} size="h5">
          {notice.titleKo}
        </Title>
        <Badge variant="light" tt="none">
          {m.office.noticeStates[notice.state]}
        </Badge>
      </Group>
      <Text size="sm" c="dimmed">
        {m.office.audiences[notice.audience]} · {format.dateTime(notice.startsAt)}
      </Text>
      <Text size="sm" style={{ whiteSpace: 'pre-line' }}>
        {notice.bodyKo}
      </Text>
      <Group gap="xs" mt="sm">
        {notice.state === 'DRAFT' && (
          <Button
            size="xs"
            loading={publish.busy}
            aria-label={m.office.publishOf(notice.titleKo)}
            onClick={() => void publish.run(input)}
          >
            {m.office.publish}
          </Button>
        )}
        {notice.state !== 'WITHDRAWN' && (
          <Button
            size="xs"
            variant="default"
            loading={withdraw.busy}
            aria-label={m.office.withdrawOf(notice.titleKo)}
            onClick={() => void withdraw.run(input)}
          >
            {m.office.withdraw}
          </Button>
        )}
      </Group>
      <FailureAlert failure={publish.failure ?? withdraw.failure} />
    </section>
  );
}
