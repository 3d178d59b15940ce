import { Button, Checkbox, Group, Stack, Textarea, TextInput, Title } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { useStepUp } from '../shop/my/useStepUp';
import { FailureAlert } from '../ui/FailureAlert';
import { isEmail, useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { CreateApiClientDocument, type ApiClientScope } from './operations';

const scopes: readonly ApiClientScope[] = ['SELLER', 'STAFF'];
const nothing = { name: '', contact: '', description: '', scopes: [] as string[], sellerId: '', costPerMinute: '10000' };

export function NewClientForm() {
  const { m } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const form = useRef<HTMLFormElement>(null);
  const create = useAction(CreateApiClientDocument, (data) => data.createApiClient, ['ApiClient']);
  const fields = useFields(nothing, (values) => ({
    name: values.name.trim() === '' ? m.forms.needed : undefined,
    contact: isEmail(values.contact) ? undefined : m.forms.badEmail,
    description: values.description.trim() === '' ? m.forms.needed : undefined,
    sellerId: values.scopes.includes('SELLER') && values.sellerId.trim() === '' ? m.forms.needed : undefined,
    costPerMinute: /^\d{1,9}$/.test(values.costPerMinute.trim()) ? undefined : m.forms.badNumber,
  }));
  const { values } = fields;
  const send = async () => {
    const client = {
      name: values.name.trim(),
      contact: values.contact.trim(),
      description: values.description.trim(),
      scopes: scopes.filter((scope) => values.scopes.includes(scope)),
      sellerId: values.scopes.includes('SELLER') ? values.sellerId.trim() : null,
      costPerMinute: Number(values.costPerMinute),
    };
    if (!(await create.run({ input: { client } }))) return;
    fields.reset(nothing);
    toast(m.office.clientCreated);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fields.check(form.current)) void stepUp.guard(create, send);
  };
  const bind = (name: 'name' | 'contact' | 'sellerId' | 'costPerMinute') => ({
    value: values[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(create.failure, name),
  });
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="sm">
        {m.office.newClient}
      </Title>
      <form ref={form} onSubmit={submit} noValidate>
        <Stack gap="sm">
          <TextInput label={m.office.clientName} required maxLength={80} {...bind('name')} />
          <TextInput label={m.office.clientContact} type="email" required {...bind('contact')} />
          <Textarea
            label={m.office.clientDescription}
            required
            rows={2}
            maxLength={1000}
            value={values.description}
            onChange={(event) => fields.set('description', event.currentTarget.value)}
            error={fields.errors.description ?? fieldMessage(create.failure, 'description')}
          />
          <Checkbox.Group
            label={m.office.clientMay}
            value={values.scopes}
            onChange={(chosen) => fields.set('scopes', chosen)}
          >
            <Group mt={6}>
              {scopes.map((scope) => (
                <Checkbox key={scope} value={scope} label={m.office.clientScopes[scope]} />
              ))}
            </Group>
          </Checkbox.Group>
          {values.scopes.includes('SELLER') && (
            <TextInput label={m.office.clientSeller} required {...bind('sellerId')} />
          )}
          <TextInput label={m.office.clientCost} inputMode="numeric" required {...bind('costPerMinute')} />
          <FailureAlert failure={create.failure} />
          <Group>
            <Button type="submit" loading={create.busy}>
              {m.office.newClient}
            </Button>
          </Group>
        </Stack>
      </form>
      {stepUp.form}
    </section>
  );
}
