import { Button, PasswordInput, Stack } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { SignInDocument } from '../../session/operations';
import type { Tokens } from '../../session/store';
import { FailureAlert } from '../../ui/FailureAlert';
import { CodeForm } from './SecondFactorForm';

interface Props {
  email: string;
  onEntered: (tokens: Tokens) => Promise<void>;
}

/** Signs in to the account of a known address. */
export function PasswordSignIn({ email, onEntered }: Props) {
  const { m } = useI18n();
  const [password, setPassword] = useState('');
  const [challenge, setChallenge] = useState<string | null>(null);
  const { run, busy, failure } = useAction(SignInDocument, (data) => data.signIn);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const payload = await run({ input: { email, password } });
    if (payload?.challenge) setChallenge(payload.challenge.token);
    if (payload?.tokens) await onEntered(payload.tokens);
  };
  if (challenge !== null) return <CodeForm challenge={challenge} onEntered={onEntered} />;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <PasswordInput
          label={m.forms.password}
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <FailureAlert failure={failure} />
        <Button type="submit" loading={busy} disabled={password === ''}>
          {m.common.signIn}
        </Button>
      </Stack>
    </form>
  );
}
