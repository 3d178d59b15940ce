import { Alert, Button, Group, NativeSelect, Stack, Text, TextInput, Title } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { accountDigits } from './banks';
import { SetRefundAccountDocument } from './operations';
import type { OrderDetail } from './pages/OrderPage';
import { waitsForAccount } from './payment';
import styles from './shop.module.css';

interface Props {
  orderId: string;
  payments: OrderDetail['payments'];
}

/** Asks for the bank account that the money of a virtual account goes back to, while a refund waits for one. */
export function RefundAccountForm({ orderId, payments }: Props) {
  const waiting = waitsForAccount(payments);
  return waiting === null ? null : <Form orderId={orderId} amount={waiting} />;
}

function Form({ orderId, amount }: { orderId: string; amount: number }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [bounced, setBounced] = useState(false);
  const save = useAction(SetRefundAccountDocument, (data) => data.setRefundAccount, ['Order', 'Payment']);
  const fields = useFields({ bank: '', accountNumber: '', holderName: '' }, (values) => ({
    bank: values.bank === '' ? m.orders.refundAccountPick : undefined,
    accountNumber: accountDigits(values.accountNumber) === null ? m.orders.badAccountNumber : undefined,
    holderName: values.holderName.trim() === '' ? m.forms.needed : undefined,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBounced(false);
    if (!fields.check(form.current)) return;
    const { bank, accountNumber, holderName } = fields.values;
    const digits = accountDigits(accountNumber) ?? '';
    const payload = await save.run({ input: { orderId, bank, accountNumber: digits, holderName: holderName.trim() } });
    if (!payload) return;
    // The account was taken, but the bank did not take it: then the refund goes on waiting.
    if (payload.payment?.refundAccountNeeded === true) setBounced(true);
    else toast(m.orders.refundAccountSaved);
  };
  const text = (name: 'accountNumber' | 'holderName', label: string, description: string) => ({
    label,
    description,
    required: true,
    value: fields.values[name],
    onChange: (event: { currentTarget: { value: string } }) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(save.failure, name),
  });
  return (
    <section className={styles.panel} style={{ marginBottom: 16 }}>
      <Title order={2} size="h4" mb="xs">
        {m.orders.refundAccountTitle}
      </Title>
      <Text mb="sm">{m.orders.refundAccountText(format.won(amount))}</Text>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <NativeSelect
            label={m.orders.refundAccountBank}
            required
            value={fields.values.bank}
            onChange={(event) => fields.set('bank', event.currentTarget.value)}
            error={fields.errors.bank ?? fieldMessage(save.failure, 'bank')}
            data={[
              { value: '', label: m.orders.refundAccountPick },
              ...Object.entries(m.banks).map(([value, label]) => ({ value, label })),
            ]}
          />
          <TextInput
            inputMode="numeric"
            autoComplete="off"
            maxLength={30}
            {...text('accountNumber', m.orders.refundAccountNumber, m.orders.refundAccountNumberHint)}
          />
          <TextInput
            maxLength={60}
            autoComplete="name"
            {...text('holderName', m.orders.refundAccountHolder, m.orders.refundAccountHolderHint)}
          />
          <FailureAlert failure={save.failure} />
          {bounced && (
            <Alert color="red" role="alert">
              {m.orders.refundAccountBounced}
            </Alert>
          )}
          <Group>
            <Button type="submit" loading={save.busy}>
              {m.orders.refundAccountSend}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  );
}
