import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { beginSession } from '../../session/begin';
import { SignInDocument } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';
import { isEmail, useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import { nextPage } from '../next';
import styles from '../shop.module.css';

export default function SignInPage() {
  const { m } = useI18n();
  const { status } = useSession();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { run, busy, failure } = useAction(SignInDocument, (data) => data.signIn);
  const fields = useFields({ email: '', password: '' }, (values) => ({
    email: isEmail(values.email) ? undefined : m.forms.badEmail,
    password: values.password === '' ? m.forms.needed : undefined,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const payload = await run({ input: { email: fields.values.email.trim(), password: fields.values.password } });
    if (!payload?.tokens) return;
    await beginSession(payload.tokens);
    await navigate(nextPage(params), { replace: true });
  };
  if (status === 'signedIn') return <Navigate to={nextPage(params)} replace />;
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.signInTitle} />
      <Text c="dimmed" mb="md">
        {m.account.signInText}
      </Text>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={m.forms.email}
            type="email"
            autoComplete="username"
            required
            value={fields.values.email}
            onChange={(event) => fields.set('email', event.currentTarget.value)}
            error={fields.errors.email}
          />
          <PasswordInput
            label={m.forms.password}
            autoComplete="current-password"
            required
            value={fields.values.password}
            onChange={(event) => fields.set('password', event.currentTarget.value)}
            error={fields.errors.password}
          />
          <FailureAlert failure={failure} />
          <Button type="submit" size="md" loading={busy}>
            {m.common.signIn}
          </Button>
        </Stack>
      </form>
      <Text mt="lg" ta="center">
        <Anchor component={Link} to="/reset-password" underline="always">
          {m.account.forgot}
        </Anchor>
      </Text>
      <Text mt="xs" ta="center">
        {m.account.noAccount}{' '}
        <Anchor component={Link} to={`/sign-up?${params.toString()}`} underline="always">
          {m.common.signUp}
        </Anchor>
      </Text>
    </div>
  );
}
