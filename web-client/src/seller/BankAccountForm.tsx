import { Button, Group, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { useStepUp } from '../shop/my/useStepUp';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { ChangeSellerBankAccountDocument } from './operations';
import { changes } from './particulars';
import type { OwnParticulars } from './ParticularsPage';

const blank = { bank: '', number: '', holder: '' };

/** Where the seller is paid, and another account for it, which an open browser alone must not set. */
export function BankAccountForm({ own }: { own: OwnParticulars }) {
  const { m } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const form = useRef<HTMLFormElement>(null);
  const change = useAction(ChangeSellerBankAccountDocument, (data) => data.changeSellerBankAccount, changes);
  const fields = useFields(blank, (values) => ({
    bank: values.bank.trim() === '' ? m.forms.needed : undefined,
    number: /^[\d -]{5,30}$/.test(values.number.trim()) ? undefined : m.particulars.badAccountNumber,
    holder: values.holder.trim() === '' ? m.forms.needed : undefined,
  }));
  const save = async () => {
    const { bank, number, holder } = fields.values;
    const bankAccount = { bank: bank.trim(), number: number.trim(), holder: holder.trim() };
    if (!(await change.run({ input: { sellerId: own.id, bankAccount } }))) return;
    fields.reset(blank);
    toast(m.particulars.bankChanged);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fields.check(form.current)) void stepUp.guard(change, save);
  };
  const text = (field: keyof typeof blank, label: string) => ({
    label,
    value: fields.values[field],
    onChange: (event: { currentTarget: { value: string } }) => fields.set(field, event.currentTarget.value),
    error: fields.errors[field] ?? fieldMessage(change.failure, field),
    required: true,
  });
  return (
    <>
      <form ref={form} onSubmit={submit} noValidate>
        <Stack>
          {own.bankAccount && (
            <Text>{m.particulars.bankNow(own.bankAccount.bank, own.bankAccount.number, own.bankAccount.holder)}</Text>
          )}
          <Text size="sm" c="dimmed">
            {m.particulars.bankNote}
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 3 }}>
            <TextInput maxLength={30} {...text('bank', m.seller.bank)} />
            <TextInput inputMode="numeric" maxLength={30} {...text('number', m.seller.accountNumber)} />
            <TextInput maxLength={50} {...text('holder', m.seller.accountHolder)} />
          </SimpleGrid>
          <FailureAlert failure={change.failure} />
          <Group>
            <Button type="submit" loading={change.busy}>
              {m.particulars.bankChange}
            </Button>
          </Group>
        </Stack>
      </form>
      {stepUp.form}
    </>
  );
}
