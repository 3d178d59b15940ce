import { Button, Code, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { session } from '../../session';
import { FailureAlert } from '../../ui/FailureAlert';
import { ConfirmTotpDocument } from '../operations';
import { QrCode } from './QrCode';

export interface BegunFactor {
  factorId: string;
  secret: string;
  uri: string;
}

interface Props {
  begun: BegunFactor;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
}

/** Shows the secret to an authenticator app, and asks for its first code. */
export function TotpForm({ begun, onConfirmed }: Props) {
  const { m } = useI18n();
  const [code, setCode] = useState('');
  const { run, busy, failure } = useAction(ConfirmTotpDocument, (data) => data.confirmTotp, ['Security', 'Session']);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const payload = await run({ input: { factorId: begun.factorId, code } });
    if (payload === null) return;
    // The next token knows of the factor, and carries what was withheld without one.
    await session.refresh();
    onConfirmed(payload.recoveryCodes);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm">{m.security.scan}</Text>
        <QrCode text={begun.uri} label={m.security.qr} />
        <Text size="sm">
          {m.security.secret} <Code data-testid="totp-secret">{begun.secret}</Code>
        </Text>
        <TextInput
          label={m.security.code}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <FailureAlert failure={failure} />
        <Group justify="flex-end">
          <Button type="submit" loading={busy} disabled={code.trim() === ''}>
            {m.security.confirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
