import { Button, Group, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { session } from '../../session';
import { StepUpDocument } from '../../session/operations';
import { Dialog } from '../../ui/Dialog';
import { FailureAlert } from '../../ui/FailureAlert';
import { factorOf } from './factor';

interface Props {
  /** Whether the account has a second factor, which is asked for instead of the password. */
  hasFactor: boolean;
  onProved: () => void;
  onClose: () => void;
}

/** Asks who is there, before a step that an open browser alone must not allow. */
export function StepUpForm({ hasFactor, onProved, onClose }: Props) {
  const { m } = useI18n();
  const [typed, setTyped] = useState('');
  const { run, busy, failure } = useAction(StepUpDocument, (data) => data.stepUp);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const proof = hasFactor ? { password: null, ...factorOf(typed) } : { password: typed, code: null, recoveryCode: null };
    if ((await run({ input: proof })) === null) return;
    await session.refresh();
    onProved();
  };
  return (
    <Dialog title={m.security.proveTitle} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
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
          <FailureAlert failure={failure} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy} disabled={typed.trim() === ''}>
              {m.security.prove}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
