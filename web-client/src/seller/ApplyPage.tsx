import { Button, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useRef, type ChangeEvent, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { isEmail, isPhone, useFields, type Errors } from '../ui/fields';
import { PageTitle } from '../ui/PageTitle';
import { useToast } from '../ui/toast';
import { ApplyAsSellerDocument, type TaxType } from './operations';

const blank = {
  name: '',
  introduction: '',
  representativeName: '',
  businessNumber: '',
  mailOrderNumber: '',
  address: '',
  phone: '',
  email: '',
  taxType: 'GENERAL' as TaxType,
  bank: '',
  number: '',
  holder: '',
};
type Values = typeof blank;
type TextName = Exclude<keyof Values, 'taxType'>;

const optional: readonly TextName[] = ['introduction'];

export function ApplyPage() {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const { run, busy, failure } = useAction(ApplyAsSellerDocument, (data) => data.applyAsSeller, ['Seller']);
  const fields = useFields<Values>(blank, (values) => {
    const errors: Errors<Values> = {};
    for (const name of Object.keys(values) as (keyof Values)[]) {
      if (name === 'taxType' || optional.includes(name)) continue;
      if (values[name].trim() === '') errors[name] = m.forms.needed;
    }
    if (!isPhone(values.phone)) errors.phone = m.forms.badPhone;
    if (!isEmail(values.email)) errors.email = m.forms.badEmail;
    return errors;
  });
  const text = (name: TextName, label: string) => ({
    label,
    value: fields.values[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(failure, name),
    required: !optional.includes(name),
  });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const { bank, number, holder, introduction, ...rest } = fields.values;
    const payload = await run({
      input: {
        ...rest,
        introduction: introduction.trim() === '' ? null : introduction.trim(),
        bankAccount: { bank, number, holder },
      },
    });
    if (!payload) return;
    toast(m.seller.applied);
    await navigate('/seller');
  };
  return (
    <>
      <PageTitle title={m.seller.applyTitle} />
      <Text c="dimmed" mb="lg">
        {m.seller.applyText}
      </Text>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="lg">
          <Paper withBorder p="md" radius="lg">
            <Title order={2} size="h4" mb="sm">
              {m.seller.businessTitle}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput maxLength={60} {...text('name', m.seller.shopName)} />
              <TextInput maxLength={50} {...text('representativeName', m.seller.representativeName)} />
              <TextInput
                inputMode="numeric"
                description={m.seller.businessNumberHint}
                maxLength={12}
                {...text('businessNumber', m.seller.businessNumber)}
              />
              <TextInput
                description={m.seller.mailOrderHint}
                maxLength={30}
                {...text('mailOrderNumber', m.seller.mailOrderNumber)}
              />
              <TextInput type="tel" maxLength={20} {...text('phone', m.seller.phone)} />
              <TextInput type="email" maxLength={254} {...text('email', m.seller.email)} />
              <TextInput maxLength={200} {...text('address', m.seller.address)} />
              <NativeSelect
                label={m.seller.taxType}
                value={fields.values.taxType}
                onChange={(event) => fields.set('taxType', event.currentTarget.value as TaxType)}
                data={Object.entries(m.seller.taxTypes).map(([value, label]) => ({ value, label }))}
              />
            </SimpleGrid>
            <Textarea mt="md" rows={3} maxLength={2000} {...text('introduction', m.seller.introduction)} />
          </Paper>
          <Paper withBorder p="md" radius="lg">
            <Title order={2} size="h4" mb="sm">
              {m.seller.bankTitle}
            </Title>
            <SimpleGrid cols={{ base: 1, sm: 3 }}>
              <TextInput maxLength={30} {...text('bank', m.seller.bank)} />
              <TextInput inputMode="numeric" maxLength={30} {...text('number', m.seller.accountNumber)} />
              <TextInput maxLength={50} {...text('holder', m.seller.accountHolder)} />
            </SimpleGrid>
          </Paper>
          <FailureAlert failure={failure} />
          <Group justify="flex-end">
            <Button type="submit" size="md" loading={busy}>
              {m.seller.sendApplication}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}
