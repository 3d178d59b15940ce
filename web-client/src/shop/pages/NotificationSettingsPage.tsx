import { Anchor, NativeSelect, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import {
  NotificationSettingsDocument,
  SetNotificationPreferencesDocument,
  type NotificationChannel,
  type NotificationChoicesFragment,
  type NotificationEvent,
  type NotificationLanguage,
  type SetNotificationPreferencesInput,
} from '../operations';
import styles from '../shop.module.css';

type Choice = NotificationChoicesFragment['preferences'][number];

const channels: readonly NotificationChannel[] = ['IN_APP', 'EMAIL', 'PHONE'];
const languages: readonly NotificationLanguage[] = ['KOREAN', 'ENGLISH'];
const isForSellers = (event: NotificationEvent) =>
  /^(SELLER|PRODUCT|STOCK|SETTLEMENT|PAYOUT|BANK_ACCOUNT)_/.test(event);
const isForStaff = (event: NotificationEvent) => event.startsWith('STAFF_');
const changes = ['NotificationPreferences', 'NotificationPreference'];

/** Of what the reader is told, and by which ways. */
export default function NotificationSettingsPage() {
  const { m } = useI18n();
  const toast = useToast();
  const { data, loading, failure, reload } = useApiQuery(NotificationSettingsDocument, {}, { dependsOn: changes });
  const save = useAction(SetNotificationPreferencesDocument, (answer) => answer.setNotificationPreferences, changes);
  const send = async (input: SetNotificationPreferencesInput) => {
    if (await save.run({ input })) toast(m.common.saved);
  };
  const settings = data?.notificationPreferences;
  return (
    <>
      <PageTitle title={m.notifications.settings} />
      <Anchor component={Link} to="/notifications">
        {m.notifications.title}
      </Anchor>
      <FailureAlert failure={failure} onRetry={reload} />
      <FailureAlert failure={save.failure} />
      {loading && <RowsSkeleton />}
      {settings && (
        <section className={styles.panel} style={{ marginTop: 16 }}>
          <NativeSelect
            label={m.notifications.language}
            maw={240}
            mb="md"
            disabled={save.busy}
            value={settings.language}
            onChange={(event) => void send({ language: event.currentTarget.value as NotificationLanguage, preferences: [] })}
            data={languages.map((one) => ({ value: one, label: m.notifications.languages[one] }))}
          />
          <Choices
            choices={settings.preferences}
            busy={save.busy}
            onChange={({ event, channel }, enabled) =>
              void send({ language: null, preferences: [{ event, channel, enabled }] })
            }
          />
        </section>
      )}
    </>
  );
}

interface Props {
  choices: readonly Choice[];
  busy: boolean;
  onChange: (choice: Choice, enabled: boolean) => void;
}

function Choices({ choices, busy, onChange }: Props) {
  const { m } = useI18n();
  const { scopes } = useSession();
  const concerns = (event: NotificationEvent) =>
    isForSellers(event) ? scopes.includes('seller') : !isForStaff(event) || scopes.includes('staff');
  const told = choices.filter(({ event }) => concerns(event));
  const events = [...new Set(told.map((choice) => choice.event))];
  return (
    <Table.ScrollContainer minWidth={300}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{m.notifications.event}</Table.Th>
            {channels.map((channel) => (
              <Table.Th key={channel} scope="col">
                {m.notifications.channels[channel]}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {events.map((event) => (
            <Table.Tr key={event}>
              <Table.Th scope="row">
                {m.notifications.events[event]}
                {choices.some((choice) => choice.event === event && choice.marketing) && (
                  <Text size="xs" c="dimmed">
                    {m.notifications.marketing}
                  </Text>
                )}
              </Table.Th>
              {channels.map((channel) => {
                const choice = choices.find((one) => one.event === event && one.channel === channel);
                return (
                  <Table.Td key={channel}>
                    {choice && (
                      <input
                        type="checkbox"
                        className={styles.check}
                        aria-label={`${m.notifications.events[event]} · ${m.notifications.channels[channel]}`}
                        checked={choice.enabled}
                        disabled={choice.required || busy}
                        onChange={(change) => onChange(choice, change.currentTarget.checked)}
                      />
                    )}
                  </Table.Td>
                );
              })}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
