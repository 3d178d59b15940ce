import { Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { createPasskey, knowsPasskeys } from '../../session/passkeys';
import { FailureAlert } from '../../ui/FailureAlert';
import {
  AddPasskeyDocument,
  BeginPasskeyDocument,
  RemovePasskeyDocument,
  RenamePasskeyDocument,
  type SecurityQuery,
} from '../operations';
import styles from '../shop.module.css';
import { StepUpForm } from './StepUpForm';

const changes = ['Security', 'Passkey'];

/** The passkeys of the person's devices. */
export function PasskeyList({ security }: { security: SecurityQuery['mySecurity'] }) {
  const { m, format } = useI18n();
  const [name, setName] = useState<string>(m.security.thisDevice);
  const [asked, setAsked] = useState<(() => Promise<void>) | null>(null);
  const begin = useAction(BeginPasskeyDocument, (data) => data.beginPasskey);
  const end = useAction(AddPasskeyDocument, (data) => data.addPasskey, changes);
  const rename = useAction(RenamePasskeyDocument, (data) => data.renamePasskey, changes);
  const remove = useAction(RemovePasskeyDocument, (data) => data.removePasskey, changes);
  const add = async () => {
    const payload = await begin.run({});
    if (payload === null && begin.lastFailure()?.fault === 'stepUp') {
      begin.forget();
      setAsked(() => add);
    }
    const credential = payload?.options ? await createPasskey(payload.options) : null;
    if (credential !== null) await end.run({ input: { name, credential } });
  };
  const removeOne = async (passkeyId: string) => {
    if ((await remove.run({ input: { passkeyId } })) === null && remove.lastFailure()?.fault === 'stepUp') {
      remove.forget();
      setAsked(() => () => removeOne(passkeyId));
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void add();
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.security.passkeys}
      </Title>
      <Text size="sm" c="dimmed">
        {m.security.passkeysText}
      </Text>
      <Stack component="ul" gap={0} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {security.passkeys.map((passkey) => (
          <li key={passkey.id} className={styles.line}>
            <div className={styles.lineBody}>
              <Text fw={600}>{passkey.name}</Text>
              {passkey.lastUsedAt !== null && (
                <Text size="sm" c="dimmed">
                  {m.account.lastUsed(format.dateTime(passkey.lastUsedAt))}
                </Text>
              )}
            </div>
            <Group gap="xs">
              <Button
                size="xs"
                variant="default"
                loading={rename.busy}
                aria-label={m.security.renameOf(passkey.name, name)}
                onClick={() => void rename.run({ input: { passkeyId: passkey.id, name } })}
              >
                {m.security.rename}
              </Button>
              <Button
                size="xs"
                variant="default"
                loading={remove.busy}
                aria-label={m.security.removeOf(passkey.name)}
                onClick={() => void removeOne(passkey.id)}
              >
                {m.common.remove}
              </Button>
            </Group>
          </li>
        ))}
      </Stack>
      {knowsPasskeys() && (
        <form onSubmit={submit}>
          <Group align="flex-end" mt="md">
            <TextInput
              label={m.security.passkeyName}
              required
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Button type="submit" loading={begin.busy || end.busy}>
              {m.security.addPasskey}
            </Button>
          </Group>
        </form>
      )}
      <FailureAlert failure={begin.failure ?? end.failure ?? rename.failure ?? remove.failure} />
      {asked !== null && (
        <StepUpForm
          hasFactor={security.factors.length > 0}
          hasPasskey={security.passkeys.length > 0}
          onClose={() => setAsked(null)}
          onProved={() => {
            setAsked(null);
            void asked();
          }}
        />
      )}
    </section>
  );
}
