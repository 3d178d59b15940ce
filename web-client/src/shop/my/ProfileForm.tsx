import { Badge, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { isPhone, useFields } from '../../ui/fields';
import { useToast } from '../../ui/toast';
import { UpdateProfileDocument, type AccountQuery } from '../operations';
import styles from '../shop.module.css';

export function ProfileForm({ me }: { me: NonNullable<AccountQuery['me']> }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const { run, busy, failure } = useAction(UpdateProfileDocument, (data) => data.updateProfile, ['User']);
  const fields = useFields({ name: me.name ?? '', phone: me.phone ?? '' }, (values) => ({
    name: values.name.trim() === '' ? m.forms.needed : undefined,
    phone: values.phone.trim() === '' || isPhone(values.phone) ? undefined : m.forms.badPhone,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const phone = fields.values.phone.trim();
    const input = { name: fields.values.name.trim(), ...(phone === '' ? {} : { phone }) };
    if (await run({ input })) toast(m.common.saved);
  };
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.account.profile}
      </Title>
      <Group gap="xs" mb="md">
        <Text style={{ overflowWrap: 'anywhere' }}>{me.email}</Text>
        <Badge variant="light" color={me.emailVerified ? 'pine' : 'gray'}>
          {me.emailVerified ? m.account.emailVerified : m.account.emailUnverified}
        </Badge>
        <Text size="sm" c="dimmed">
          {m.account.joinedAt(format.date(me.createdAt))}
        </Text>
      </Group>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={m.forms.name}
            autoComplete="name"
            required
            maxLength={50}
            value={fields.values.name}
            onChange={(event) => fields.set('name', event.currentTarget.value)}
            error={fields.errors.name ?? fieldMessage(failure, 'name')}
          />
          <TextInput
            label={m.forms.phone}
            type="tel"
            autoComplete="tel"
            maxLength={20}
            value={fields.values.phone}
            onChange={(event) => fields.set('phone', event.currentTarget.value)}
            error={fields.errors.phone ?? fieldMessage(failure, 'phone')}
          />
          <FailureAlert failure={failure} />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {m.common.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
