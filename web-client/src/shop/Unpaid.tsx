import { Alert, Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReasonDialog } from '../ui/ReasonDialog';
import { useToast } from '../ui/toast';
import { bankName } from './banks';
import { Facts } from './Facts';
import { CancelOrderLinesDocument } from './operations';
import type { OrderDetail } from './pages/OrderPage';
import { awaitedDeposit, payableAt, paymentWindow } from './payment';

/** What an order waits for before it is paid: the payment window or a deposit; its buyer may give it up. */
export function Unpaid({ order }: { order: OrderDetail }) {
  const { m, format } = useI18n();
  const [givingUp, setGivingUp] = useState(false);
  const account = awaitedDeposit(order.payments);
  const checkoutUrl = payableAt(order.payments);
  const address = checkoutUrl === null ? null : paymentWindow(checkoutUrl, window.location.origin);
  return (
    <Alert color="orange" mb="md" {...(account ? { title: m.checkout.waitingDeposit } : {})}>
      {account ? (
        <>
          <Facts
            facts={[
              [m.orders.refundAccountBank, bankName(m, account.bank)],
              [m.checkout.accountNumber, account.accountNumber],
              [m.checkout.depositHolder, account.holder],
              [m.checkout.depositAmount, format.won(order.total.amount)],
            ]}
          />
          <Text mt="sm">{m.checkout.depositBy(format.dateTime(account.dueAt))}</Text>
        </>
      ) : (
        <Text>{m.orders.payBy(format.dateTime(order.paymentDeadline))}</Text>
      )}
      <Group mt="sm">
        {address !== null && (
          <Button component="a" href={address}>
            {m.orders.payNow}
          </Button>
        )}
        <Button variant="default" onClick={() => setGivingUp(true)}>
          {m.orders.giveUp}
        </Button>
      </Group>
      {givingUp && <GiveUpDialog orderId={order.id} deposit={account !== null} onClose={() => setGivingUp(false)} />}
    </Alert>
  );
}

function GiveUpDialog({ orderId, deposit, onClose }: { orderId: string; deposit: boolean; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const cancel = useAction(CancelOrderLinesDocument, (data) => data.cancelOrderLines, ['Order', 'OrderLine', 'SellerOrder', 'Payment']);
  const giveUp = async (reason: string) => {
    if (!(await cancel.run({ input: { orderId, lineIds: null, reason } }))) return;
    onClose();
    toast(m.orders.cancelDone);
  };
  return (
    <ReasonDialog
      title={m.orders.giveUpTitle}
      note={deposit ? m.orders.giveUpDepositNote : m.orders.giveUpNote}
      label={m.orders.cancelReason}
      suggestions={m.orders.cancelReasons.slice(0, 3)}
      action={m.orders.cancelDo}
      keep={m.orders.keepOrder}
      busy={cancel.busy}
      failure={cancel.failure}
      onSubmit={(reason) => void giveUp(reason)}
      onClose={onClose}
    />
  );
}
