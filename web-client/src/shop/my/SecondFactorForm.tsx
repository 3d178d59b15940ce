import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent, type ReactNode } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { CompleteSignInDocument } from '../../session/operations';
import type { Tokens } from '../../session/store';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import styles from '../shop.module.css';
import { factorOf } from './factor';

interface Props {
  challenge: string;
  onEntered: (tokens: Tokens) => Promise<void>;
}

/** The second half of signing in, as a page. */
export function SecondFactorForm({ onLeave, ...props }: Props & { onLeave: () => void }) {
  const { m } = useI18n();
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.security.codeTitle} />
      <CodeForm {...props}>
        <Button variant="subtle" onClick={onLeave}>
          {m.common.back}
        </Button>
      </CodeForm>
    </div>
  );
}

/** Asks for a code of the app or a recovery code, and ends the sign-in with it. */
export function CodeForm({ challenge, onEntered, children }: Props & { children?: ReactNode }) {
  const { m } = useI18n();
  const [code, setCode] = useState('');
  const { run, busy, failure } = useAction(CompleteSignInDocument, (data) => data.completeSignIn);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const payload = await run({ input: { challenge, ...factorOf(code) } });
    if (payload?.tokens) await onEntered(payload.tokens);
  };
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text c="dimmed">{m.security.codeText}</Text>
        <TextInput
          label={m.security.code}
          autoComplete="one-time-code"
          autoFocus
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        <FailureAlert failure={failure} />
        <Button type="submit" size="md" loading={busy} disabled={code.trim() === ''}>
          {m.common.signIn}
        </Button>
        {children}
      </Stack>
    </form>
  );
}
