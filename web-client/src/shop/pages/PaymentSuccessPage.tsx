import { Button, Group, Loader, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { attempts } from '../../api/client';
import { mayRetry } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { StateBadge } from '../../ui/StateBadge';
import { bankName } from '../banks';
import { ConfirmPaymentDocument, type ConfirmPaymentMutation } from '../operations';
import { readPaymentReturn, type PaymentReturn } from '../payment';
import styles from '../shop.module.css';

type Payment = NonNullable<ConfirmPaymentMutation['confirmPayment']['payment']>;

const action = 'confirmPayment';

export default function PaymentSuccessPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const returned = readPaymentReturn(params);
  if (returned === null) {
    return (
      <>
        <PageTitle title={m.checkout.failTitle} />
        <Text mb="md">{m.checkout.badReturn}</Text>
        <Button component={Link} to="/orders">
          {m.common.orders}
        </Button>
      </>
    );
  }
  return <Confirmation returned={returned} />;
}

function Confirmation({ returned }: { returned: PaymentReturn }) {
  const { m } = useI18n();
  const [payment, setPayment] = useState<Payment | null>(null);
  const confirm = useAction(ConfirmPaymentDocument, (data) => data.confirmPayment, ['Order', 'Cart']);
  const { run, lastFailure } = confirm;
  const { orderId, paymentKey, amount } = returned;

  const send = useCallback(async () => {
    const input = { orderId, paymentKey, amount };
    const payload = await run({ input }, attempts.keyFor(action, input));
    const failure = lastFailure();
    if (payload?.payment) setPayment(payload.payment);
    if (payload || (failure && !mayRetry(failure))) attempts.end(action);
    // `lastFailure` reads a box that outlives renders.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [run, orderId, paymentKey, amount]);

  const sent = useRef(false);
  useEffect(() => {
    if (sent.current) return;
    sent.current = true;
    void send();
  }, [send]);

  if (payment) return <Paid payment={payment} />;
  if (confirm.failure) {
    return (
      <>
        <PageTitle title={mayRetry(confirm.failure) ? m.checkout.confirming : m.checkout.failTitle} />
        {mayRetry(confirm.failure) && <Text>{m.checkout.unknownText}</Text>}
        <FailureAlert failure={confirm.failure} />
        <Group mt="md">
          {mayRetry(confirm.failure) && (
            <Button loading={confirm.busy} onClick={() => void send()}>
              {m.checkout.checkAgain}
            </Button>
          )}
          <Button variant="default" component={Link} to={`/orders/${orderId}`}>
            {m.checkout.viewOrder}
          </Button>
        </Group>
      </>
    );
  }
  return (
    <Stack align="center" py={80} role="status">
      <PageTitle title={m.checkout.confirming} />
      <Loader aria-hidden="true" />
    </Stack>
  );
}

function Paid({ payment }: { payment: Payment }) {
  const { m, format } = useI18n();
  const { order, virtualAccount } = payment;
  const waiting = payment.state === 'WAITING_FOR_DEPOSIT';
  const done = payment.state === 'DONE' || waiting;
  const title = !done ? m.checkout.failTitle : waiting ? m.checkout.waitingDeposit : m.checkout.success;
  return (
    <div className={styles.narrow}>
      <Stack className={styles.panel} gap="sm" align="flex-start">
        <PageTitle title={title} />
        {!done && <Text>{payment.failure?.message ?? m.checkout.unknownText}</Text>}
        {done && !waiting && <Text>{m.checkout.successText}</Text>}
        {waiting && virtualAccount && (
          <>
            <Text fw={700}>
              {m.checkout.deposit(bankName(m, virtualAccount.bank), virtualAccount.accountNumber, virtualAccount.holder)}
            </Text>
            <Text>{m.checkout.depositBy(format.dateTime(virtualAccount.dueAt))}</Text>
          </>
        )}
        <Group gap="xs">
          <Text fw={600}>{m.checkout.orderPlaced(order.number)}</Text>
          <StateBadge state={order.state} label={m.states.order[order.state]} />
        </Group>
        <Text>{order.name}</Text>
        <Text size="xl" fw={800}>
          {format.won(order.total.amount)}
        </Text>
        <Group mt="sm">
          <Button component={Link} to={`/orders/${order.id}`}>
            {m.checkout.viewOrder}
          </Button>
          <Button component={Link} to="/" variant="default">
            {m.common.keepShopping}
          </Button>
        </Group>
      </Stack>
    </div>
  );
}
