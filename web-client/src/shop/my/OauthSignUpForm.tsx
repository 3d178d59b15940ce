import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { SignUpWithOauthDocument, type ConsentPurpose } from '../../session/operations';
import type { Tokens } from '../../session/store';
import { FailureAlert } from '../../ui/FailureAlert';
import { isEmail, useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import styles from '../shop.module.css';
import { Consents } from './Consents';
import { consentsOf, isConsented } from './consent';

interface Props {
  ticket: { token: string; email: string | null; name: string | null };
  onEntered: (tokens: Tokens) => Promise<void>;
}

/** The rest of a new account whose owner came by somebody else's service. */
export function OauthSignUpForm({ ticket, onEntered }: Props) {
  const { m } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [granted, setGranted] = useState<readonly ConsentPurpose[]>([]);
  const [unconsented, setUnconsented] = useState(false);
  const { run, busy, failure } = useAction(SignUpWithOauthDocument, (data) => data.signUpWithOauth);
  const fields = useFields({ email: ticket.email ?? '', name: ticket.name ?? '' }, (values) => ({
    email: isEmail(values.email) ? undefined : m.forms.badEmail,
    name: values.name.trim() === '' ? m.forms.needed : undefined,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setUnconsented(!isConsented(granted));
    if (!fields.check(form.current) || !isConsented(granted)) return;
    const { email, name } = fields.values;
    const input = { token: ticket.token, email: email.trim(), name: name.trim(), phone: null, consents: consentsOf(granted) };
    const payload = await run({ input });
    if (payload?.tokens) await onEntered(payload.tokens);
  };
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.signUpTitle} />
      <Text c="dimmed" mb="md">
        {m.account.oauthSignUpText}
      </Text>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={m.forms.email}
            type="email"
            required
            value={fields.values.email}
            onChange={(event) => fields.set('email', event.currentTarget.value)}
            error={fields.errors.email ?? fieldMessage(failure, 'email')}
          />
          <TextInput
            label={m.forms.name}
            autoComplete="name"
            maxLength={50}
            required
            value={fields.values.name}
            onChange={(event) => fields.set('name', event.currentTarget.value)}
            error={fields.errors.name ?? fieldMessage(failure, 'name')}
          />
          <Consents granted={granted} onChange={setGranted} missing={unconsented} />
          <FailureAlert failure={failure} />
          <Button type="submit" size="md" loading={busy}>
            {m.common.signUp}
          </Button>
        </Stack>
      </form>
    </div>
  );
}
