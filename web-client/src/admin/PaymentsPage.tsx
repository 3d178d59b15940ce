import { Alert, Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { useStepUp } from '../shop/my/useStepUp';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { Discrepancies } from './Discrepancies';
import { PaymentsDocument, VoidPaymentDocument, type PaymentsQuery, type PaymentState } from './operations';
import { PaymentFacts } from './PaymentFacts';
import { usePermissions } from './staff';

type Row = PaymentsQuery['payments']['nodes'][number];

const states: readonly PaymentState[] = [
  'INTEGRITY_FAILURE',
  'UNKNOWN',
  'CONFIRMING',
  'WAITING_FOR_DEPOSIT',
  'DONE',
  'PARTIAL_CANCELED',
  'CANCELED',
  'EXPIRED',
  'ABORTED',
];
const changes = ['Payment', 'Order'];

/** Payments, first those that a person must look at; and where our books and the provider's differ. */
export default function PaymentsPage() {
  const { m } = useI18n();
  const may = usePermissions();
  const [params, setParams] = useSearchParams();
  const wanted = params.get('state');
  const state = wanted === 'all' ? null : (states.find((one) => one === wanted) ?? 'INTEGRITY_FAILURE');
  const { data, loading, failure, reload } = useApiQuery(
    PaymentsDocument,
    { orders: may('ORDERS'), ...usePageVariables(20), where: state === null ? null : { state } },
    { dependsOn: changes },
  );
  const page = data?.payments;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.control.paymentsTitle} />
        <NativeSelect
          aria-label={m.control.paymentFilter}
          value={state ?? 'all'}
          onChange={(event) => setParams({ state: event.currentTarget.value })}
          data={[
            ...states.map((one) => ({ value: one, label: m.control.paymentStates[one] })),
            { value: 'all', label: m.seller.filterAll },
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.control.paymentsEmpty} />}
      <Stack>
        {page?.nodes.map((payment) => (
          <PaymentRow key={payment.id} payment={payment} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
      <Discrepancies />
    </>
  );
}

function PaymentRow({ payment }: { payment: Row }) {
  return (
    <section className={styles.panel}>
      <PaymentFacts payment={payment} order={payment.order.number ?? payment.order.id} />
      {payment.state === 'INTEGRITY_FAILURE' && <VoidStep payment={payment} />}
    </section>
  );
}

/** Gives back whole what was taken wrongly. */
function VoidStep({ payment }: { payment: Row }) {
  const { m } = useI18n();
  const toast = useToast();
  const stepUp = useStepUp();
  const [asking, setAsking] = useState(false);
  const action = useAction(VoidPaymentDocument, (data) => data.voidPayment, changes);
  const name = m.control.voidPaymentOf(payment.order.number ?? payment.order.id);
  const giveBack = async (note: string) => {
    if (await action.run({ input: { paymentId: payment.id, note } })) {
      setAsking(false);
      toast(m.control.voided);
    } else if (action.lastFailure()?.fault === 'stepUp') setAsking(false);
  };
  return (
    <>
      <Alert color="red" variant="light" mb="sm">
        {m.control.wrongNote}
      </Alert>
      <Button
        size="xs"
        color="red.8"
        aria-label={name}
        onClick={() => {
          action.forget();
          setAsking(true);
        }}
      >
        {m.control.voidPayment}
      </Button>
      {asking && (
        <ReasonDialog
          title={name}
          note={m.control.voidSure}
          label={m.control.voidNote}
          maxLength={500}
          action={m.control.voidPayment}
          keep={m.common.back}
          busy={action.busy}
          failure={action.failure}
          onSubmit={(note) => void stepUp.guard(action, () => giveBack(note))}
          onClose={() => setAsking(false)}
        />
      )}
      {stepUp.form}
    </>
  );
}
