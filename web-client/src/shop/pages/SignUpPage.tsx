import { Anchor, Button, Checkbox, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
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
import { nextPage } from '../next';
import styles from '../shop.module.css';

// The version of the texts that the reader agrees to.
const consentVersion = '2025-01';
const neededConsents: readonly ConsentPurpose[] = ['TERMS', 'PRIVACY', 'AGE_OVER_14'];
const allConsents: readonly ConsentPurpose[] = [...neededConsents, 'MARKETING_EMAIL', 'MARKETING_SMS'];

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
    const consented = neededConsents.every((purpose) => granted.includes(purpose));
    setUnconsented(!consented);
    if (!fields.check(form.current) || !consented) return;
    const { email, password, name, phone } = fields.values;
    const payload = await run({
      input: {
        email: email.trim(),
        password,
        name: name.trim(),
        phone: phone.trim() === '' ? null : phone.trim(),
        consents: allConsents.map((purpose) => ({
          purpose,
          version: consentVersion,
          granted: granted.includes(purpose),
        })),
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
      <Text mt="lg" ta="center">
        {m.account.haveAccount}{' '}
        <Anchor component={Link} to={`/sign-in?${params.toString()}`} underline="always">
          {m.common.signIn}
        </Anchor>
      </Text>
    </div>
  );
}

interface ConsentsProps {
  granted: readonly ConsentPurpose[];
  onChange: (granted: readonly ConsentPurpose[]) => void;
  missing: boolean;
}

function Consents({ granted, onChange, missing }: ConsentsProps) {
  const { m } = useI18n();
  const toggle = (purpose: ConsentPurpose, on: boolean) =>
    onChange(on ? [...granted, purpose] : granted.filter((one) => one !== purpose));
  return (
    <fieldset>
      <legend className={styles.legend}>{m.account.consents}</legend>
      <Stack gap="xs">
        <Checkbox
          label={m.account.consentAll}
          checked={granted.length === allConsents.length}
          indeterminate={granted.length > 0 && granted.length < allConsents.length}
          onChange={(event) => onChange(event.currentTarget.checked ? allConsents : [])}
        />
        <Divider />
        {allConsents.map((purpose) => {
          const kind = neededConsents.includes(purpose) ? m.common.required : m.common.optional;
          return (
            <Checkbox
              key={purpose}
              label={`[${kind}] ${m.account.consent[purpose]}`}
              checked={granted.includes(purpose)}
              onChange={(event) => toggle(purpose, event.currentTarget.checked)}
            />
          );
        })}
        {missing && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {m.account.consentNeeded}
          </Text>
        )}
      </Stack>
    </fieldset>
  );
}
