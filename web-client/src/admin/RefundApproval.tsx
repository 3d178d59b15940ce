import { Anchor, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { Link } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { approvedAmount, wonOf } from './money';
import { RefundApprovalsDocument, RequestRefundApprovalDocument } from './operations';

const changes = ['ApprovalRequest'];
const latest = 50;

type Refunded = { claimId: string } | { orderId: string };

/** Asks a colleague to let a claim, or lines of an order, be refunded above the limit, and tells what became of it. */
export function RefundApproval({ of, amount }: { of: Refunded; amount: number }) {
  const { m } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h4" mb="xs">
        {m.control.refundApproval}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {m.control.refundApprovalNote}
      </Text>
      <Requests object={'claimId' in of ? of.claimId : of.orderId} />
      <RequestForm of={of} amount={amount} />
    </section>
  );
}

function Requests({ object }: { object: string }) {
  const { m, format } = useI18n();
  const { data, failure, reload } = useApiQuery(RefundApprovalsDocument, { first: latest }, { dependsOn: changes });
  const requests = (data?.approvalRequests.nodes ?? []).filter((request) => request.object === object);
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {requests.length > 0 && (
        <Stack gap={4} mb="sm">
          {requests.map((request) => (
            <Text key={request.id} size="sm">
              {m.office.approvalStates[request.state]} ·{' '}
              {m.control.approvalOf(format.won(approvedAmount(request.wanted)), format.dateTime(request.requestedAt))}
            </Text>
          ))}
          <Anchor component={Link} to="/admin/approvals" size="sm">
            {m.control.openApprovals}
          </Anchor>
        </Stack>
      )}
    </>
  );
}

function RequestForm({ of, amount }: { of: Refunded; amount: number }) {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const request = useAction(RequestRefundApprovalDocument, (data) => data.requestRefundApproval, changes);
  const fields = useFields({ amount: String(amount), reason: '' }, (values) => ({
    amount: wonOf(values.amount) === null ? m.control.badAmount : undefined,
    reason: values.reason.trim() === '' ? m.forms.needed : undefined,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const input = { ...of, amount: wonOf(fields.values.amount) ?? 0, reason: fields.values.reason.trim() };
    if (await request.run({ input })) toast(m.control.approvalRequested);
  };
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="sm">
        <TextInput
          label={m.control.refundAmount}
          description={m.control.refundAmountHint}
          inputMode="numeric"
          required
          value={fields.values.amount}
          onChange={(event) => fields.set('amount', event.currentTarget.value)}
          error={fields.errors.amount ?? fieldMessage(request.failure, 'amount')}
        />
        <TextInput
          label={m.control.refundReason}
          required
          maxLength={500}
          value={fields.values.reason}
          onChange={(event) => fields.set('reason', event.currentTarget.value)}
          error={fields.errors.reason ?? fieldMessage(request.failure, 'reason')}
        />
        <FailureAlert failure={request.failure} />
        <Group>
          <Button type="submit" variant="default" loading={request.busy}>
            {m.control.requestApproval}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
