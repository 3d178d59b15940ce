import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { Link, useSearchParams } from 'react-router';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { session } from '../../session';
import { RequestPasswordResetDocument, ResetPasswordDocument } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';
import { isEmail, useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import styles from '../shop.module.css';

/** Where the mailed link to a new password leads; without its token, where one asks for the mail. */
export default function ResetPasswordPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const token = params.get('token');
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.resetTitle} />
      {token === null ? <RequestForm /> : <NewPasswordForm token={token} />}
    </div>
  );
}

function RequestForm() {
  const { m } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [sent, setSent] = useState(false);
  const { run, busy, failure } = useAction(RequestPasswordResetDocument, (data) => data.requestPasswordReset);
  const fields = useFields({ email: '' }, (values) => ({ email: isEmail(values.email) ? undefined : m.forms.badEmail }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    if (await run({ input: { email: fields.values.email.trim() } })) setSent(true);
  };
  if (sent) return <Text role="status">{m.account.resetSent}</Text>;
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text c="dimmed">{m.account.resetText}</Text>
        <TextInput
          label={m.forms.email}
          type="email"
          autoComplete="username"
          required
          value={fields.values.email}
          onChange={(event) => fields.set('email', event.currentTarget.value)}
          error={fields.errors.email ?? fieldMessage(failure, 'email')}
        />
        <FailureAlert failure={failure} />
        <Button type="submit" size="md" loading={busy}>
          {m.account.resetSend}
        </Button>
      </Stack>
    </form>
  );
}

function NewPasswordForm({ token }: { token: string }) {
  const { m } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const [done, setDone] = useState(false);
  const { run, busy, failure } = useAction(ResetPasswordDocument, (data) => data.resetPassword);
  const fields = useFields({ newPassword: '' }, (values) => ({
    newPassword: values.newPassword.length >= 10 ? undefined : m.forms.badPassword,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    if ((await run({ input: { token, newPassword: fields.values.newPassword } })) === null) return;
    // All sessions have ended, this browser's as well.
    session.clear();
    setDone(true);
  };
  if (done) {
    return (
      <Stack>
        <Text role="status">{m.account.resetDone}</Text>
        <Button component={Link} to="/sign-in">
          {m.common.signIn}
        </Button>
      </Stack>
    );
  }
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <PasswordInput
          label={m.forms.newPassword}
          description={m.account.passwordHint}
          autoComplete="new-password"
          required
          value={fields.values.newPassword}
          onChange={(event) => fields.set('newPassword', event.currentTarget.value)}
          error={fields.errors.newPassword ?? fieldMessage(failure, 'newPassword')}
        />
        <FailureAlert failure={failure} />
        <Button type="submit" size="md" loading={busy}>
          {m.account.changePassword}
        </Button>
        <Button component={Link} to="/reset-password" variant="subtle">
          {m.account.resetAgain}
        </Button>
      </Stack>
    </form>
  );
}
