import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type ChangeEvent, type FormEvent } from 'react';
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { beginSession } from '../../session/begin';
import { SignUpDocument, type ConsentPurpose } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';
import { isEmail, isPhone, useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import { Consents } from '../my/Consents';
import { consentsOf, isConsented } from '../my/consent';
import { SocialButtons } from '../my/SocialButtons';
import { nextPage } from '../next';
import styles from '../shop.module.css';

const blank = { email: '', password: '', name: '', phone: '' };

export default function SignUpPage() {
  const { m } = useI18n();
  const { status } = useSession();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [granted, setGranted] = useState<readonly ConsentPurpose[]>([]);
  const [unconsented, setUnconsented] = useState(false);
  const { run, busy, failure } = useAction(SignUpDocument, (data) => data.signUp);
  const fields = useFields(blank, (values) => ({
    email: isEmail(values.email) ? undefined : m.forms.badEmail,
    password: values.password.length >= 10 ? undefined : m.forms.badPassword,
    name: values.name.trim() === '' ? m.forms.needed : undefined,
    phone: values.phone.trim() === '' || isPhone(values.phone) ? undefined : m.forms.badPhone,
  }));
  const bind = (name: keyof typeof blank) => ({
    value: fields.values[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(failure, name),
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const consented = isConsented(granted);
    setUnconsented(!consented);
    if (!fields.check(form.current) || !consented) return;
    const { email, password, name, phone } = fields.values;
    const payload = await run({
      input: {
        email: email.trim(),
        password,
        name: name.trim(),
        phone: phone.trim() === '' ? null : phone.trim(),
        consents: consentsOf(granted),
      },
    });
    if (!payload?.tokens) return;
    await beginSession(payload.tokens);
    await navigate(nextPage(params), { replace: true });
  };
  if (status === 'signedIn') return <Navigate to={nextPage(params)} replace />;
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.signUpTitle} />
      <Text c="dimmed" mb="md">
        {m.account.signUpText}
      </Text>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput label={m.forms.email} type="email" autoComplete="username" required {...bind('email')} />
          <PasswordInput
            label={m.forms.password}
            description={m.account.passwordHint}
            autoComplete="new-password"
            required
            {...bind('password')}
          />
          <TextInput label={m.forms.name} autoComplete="name" maxLength={50} required {...bind('name')} />
          <TextInput
            label={m.forms.phone}
            type="tel"
            autoComplete="tel"
            placeholder="010-1234-5678"
            maxLength={20}
            {...bind('phone')}
          />
          <Consents granted={granted} onChange={setGranted} missing={unconsented} />
          <FailureAlert failure={failure} />
          <Button type="submit" size="md" loading={busy}>
            {m.common.signUp}
          </Button>
        </Stack>
      </form>
      <SocialButtons next={nextPage(params)} />
      <Text mt="lg" ta="center">
        {m.account.haveAccount}{' '}
        <Anchor component={Link} to={`/sign-in?${params.toString()}`} underline="always">
          {m.common.signIn}
        </Anchor>
      </Text>
    </div>
  );
}
