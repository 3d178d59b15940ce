import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { looks } from '../../session';
import { FailureAlert } from '../../ui/FailureAlert';
import { RowsSkeleton } from '../../ui/Skeletons';
import { RevokeSessionDocument, SessionsDocument } from '../operations';
import styles from '../shop.module.css';
import { useSignOut } from '../useSignOut';
import { deviceName } from './device';

export function SessionList() {
  const { m, format } = useI18n();
  const signOut = useSignOut();
  const { data, loading, failure, reload } = useApiQuery(SessionsDocument, {}, { dependsOn: ['Session'] });
  const revoke = useAction(RevokeSessionDocument, (answer) => answer.revokeSession, ['Session']);
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.account.sessions}
      </Title>
      <FailureAlert failure={failure ?? revoke.failure} onRetry={failure ? reload : undefined} />
      {loading && <RowsSkeleton count={2} height={56} />}
      <Stack component="ul" gap={0} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {data?.mySessions.map((one) => {
          const device = deviceName(one.userAgent) ?? m.account.unknownDevice;
          return (
            <li key={one.id} className={styles.line}>
              <div className={styles.lineBody}>
                <Group gap="xs">
                  <Text fw={600}>{device}</Text>
                  {one.current && <Badge variant="light">{m.account.currentSession}</Badge>}
                </Group>
                <Text size="sm" c="dimmed">
                  {m.account.lastUsed(format.dateTime(one.lastUsedAt))}
                  {one.ipAddress !== null && ` · ${one.ipAddress}`}
                </Text>
              </div>
              {!one.current && (
                <Button
                  size="xs"
                  variant="default"
                  loading={revoke.busy}
                  aria-label={m.account.revokeOf(device)}
                  onClick={() => void revoke.run({ input: { sessionId: one.id } })}
                >
                  {m.account.revoke}
                </Button>
              )}
            </li>
          );
        })}
      </Stack>
      {looks.current === null && (
        <Button mt="sm" variant="default" onClick={() => void signOut(true)}>
          {m.account.signOutEverywhere}
        </Button>
      )}
    </section>
  );
}
