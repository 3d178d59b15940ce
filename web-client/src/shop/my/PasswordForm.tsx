import { Button, Group, PasswordInput, Stack, Title } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { useFields } from '../../ui/fields';
import { useToast } from '../../ui/toast';
import { ChangePasswordDocument } from '../operations';
import styles from '../shop.module.css';

const blank = { currentPassword: '', newPassword: '' };

export function PasswordForm() {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const { run, busy, failure } = useAction(ChangePasswordDocument, (data) => data.changePassword, ['Session']);
  const fields = useFields(blank, (values) => ({
    currentPassword: values.currentPassword === '' ? m.forms.needed : undefined,
    newPassword: values.newPassword.length >= 10 ? undefined : m.forms.badPassword,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    if (await run({ input: fields.values })) {
      fields.reset(blank);
      toast(m.account.passwordChanged);
    }
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.account.changePassword}
      </Title>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <PasswordInput
            label={m.forms.currentPassword}
            autoComplete="current-password"
            required
            value={fields.values.currentPassword}
            onChange={(event) => fields.set('currentPassword', event.currentTarget.value)}
            error={fields.errors.currentPassword ?? fieldMessage(failure, 'currentPassword')}
          />
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
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {m.account.changePassword}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
