import { Badge, Button, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { ForwardPager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { useForwardVariables } from '../../ui/paging';
import { RowsSkeleton } from '../../ui/Skeletons';
import {
  MarkAllNotificationsReadDocument,
  MarkNotificationsReadDocument,
  NotificationsDocument,
  type NotificationsQuery,
} from '../operations';
import styles from '../shop.module.css';

type Told = NonNullable<NotificationsQuery['me']>['notifications']['nodes'][number];

// Of what was read only a count comes back, which is the user's.
const changes = ['Notification', 'User'];

export default function NotificationsPage() {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const unreadOnly = params.get('only') === 'unread';
  const { data, loading, failure, reload } = useApiQuery(
    NotificationsDocument,
    { ...useForwardVariables(20), unreadOnly },
    { dependsOn: changes },
  );
  const markAll = useAction(MarkAllNotificationsReadDocument, (answer) => answer.markAllNotificationsRead, changes);
  const mark = useAction(MarkNotificationsReadDocument, (answer) => answer.markNotificationsRead, changes);
  const page = data?.me?.notifications;
  const unread = data?.me?.unreadNotificationCount ?? 0;
  return (
    <>
      <PageTitle title={m.notifications.title} />
      <Group justify="space-between" align="flex-end" mb="md">
        <NativeSelect
          aria-label={m.notifications.filter}
          value={unreadOnly ? 'unread' : 'all'}
          onChange={(event) => setParams({ only: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.seller.filterAll },
            { value: 'unread', label: m.notifications.unreadOnly },
          ]}
        />
        <Group gap="sm">
          <Text size="sm">{m.notifications.unread(unread)}</Text>
          <Button component={Link} to="/my/notifications" variant="default">
            {m.notifications.settings}
          </Button>
          <Button variant="default" disabled={unread === 0} loading={markAll.busy} onClick={() => void markAll.run({})}>
            {m.notifications.markAll}
          </Button>
        </Group>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      <FailureAlert failure={markAll.failure ?? mark.failure} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.notifications.empty} />}
      <Stack component="ul" gap="sm" className={styles.plainList}>
        {page?.nodes.map((told) => (
          <li key={told.id} className={styles.panel}>
            <Notification told={told} onRead={() => void mark.run({ input: { notificationIds: [told.id] } })} />
          </li>
        ))}
      </Stack>
      {page && <ForwardPager info={page.pageInfo} />}
    </>
  );
}

function Notification({ told, onRead }: { told: Told; onRead: () => void }) {
  const { m, format } = useI18n();
  const unread = told.readAt === null;
  const read = () => {
    if (unread) onRead();
  };
  // Links lead into the app; anything else is none of ours.
  const inside = told.link !== null && told.link.startsWith('/') && !told.link.startsWith('//');
  return (
    <Group justify="space-between" align="flex-start" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          {inside && told.link !== null ? (
            <Link to={told.link} className={styles.lineTitle} onClick={read}>
              {told.title}
            </Link>
          ) : (
            <Text fw={600}>{told.title}</Text>
          )}
          {unread && (
            <Badge variant="light" color="red" tt="none">
              {m.notifications.new}
            </Badge>
          )}
        </Group>
        <Text size="sm" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
          {told.body}
        </Text>
        <Text size="xs" c="dimmed">
          {format.dateTime(told.createdAt)}
        </Text>
      </div>
      {unread && (
        <Button
          size="compact-sm"
          variant="default"
          style={{ flex: 'none' }}
          aria-label={m.notifications.markOf(told.title)}
          onClick={read}
        >
          {m.notifications.mark}
        </Button>
      )}
    </Group>
  );
}
