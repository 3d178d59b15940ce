import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { session } from '../../session';
import { BeginPasskeyStepUpDocument, StepUpDocument, type StepUpInput } from '../../session/operations';
import { knowsPasskeys, signWithPasskey } from '../../session/passkeys';
import { Dialog } from '../../ui/Dialog';
import { FailureAlert } from '../../ui/FailureAlert';
import { factorOf } from './factor';

interface Props {
  /** Whether the account has a second factor, which is asked for instead of the password. */
  hasFactor: boolean;
  /** Whether the account has a passkey, which proves it as well. */
  hasPasskey: boolean;
  onProved: () => void;
  onClose: () => void;
}

/** Asks who is there, before a step that an open browser alone must not allow. */
export function StepUpForm({ hasFactor, hasPasskey, onProved, onClose }: Props) {
  const { m } = useI18n();
  const [typed, setTyped] = useState('');
  const { run, busy, failure } = useAction(StepUpDocument, (data) => data.stepUp);
  const begin = useAction(BeginPasskeyStepUpDocument, (data) => data.beginPasskeyStepUp);
  const prove = async (input: StepUpInput) => {
    if ((await run({ input })) === null) return;
    await session.refresh();
    onProved();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void prove(hasFactor ? { password: null, ...factorOf(typed) } : { password: typed, code: null, recoveryCode: null });
  };
  const proveByPasskey = async () => {
    const options = (await begin.run({}))?.options;
    const credential = options ? await signWithPasskey(options) : null;
    if (credential !== null) await prove({ credential });
  };
  return (
    <Dialog title={m.security.proveTitle} onClose={onClose}>
      <form onSubmit={submit} noValidate>
        <Stack>
          <Text size="sm">{hasFactor ? m.security.codeText : m.security.proveText}</Text>
          {hasFactor ? (
            <TextInput
              label={m.security.code}
              autoComplete="one-time-code"
              required
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          ) : (
            <PasswordInput
              label={m.forms.password}
              autoComplete="current-password"
              required
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
            />
          )}
          <FailureAlert failure={failure ?? begin.failure} />
          <Group justify="flex-end">
            {hasPasskey && knowsPasskeys() && (
              <Button variant="default" loading={begin.busy || busy} onClick={() => void proveByPasskey()}>
                {m.security.proveByPasskey}
              </Button>
            )}
            <Button type="submit" loading={busy} disabled={typed.trim() === ''}>
              {m.security.prove}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
