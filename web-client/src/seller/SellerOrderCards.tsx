import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { ReasonDialog } from '../ui/ReasonDialog';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import {
  ApproveCancellationDocument,
  DeliverOrderLinesDocument,
  PrepareOrderLinesDocument,
  RejectCancellationDocument,
  ResendOrderLinesDocument,
} from './operations';
import { changes, type Line, type LineCommand, type Part } from './orders';
import { SellerOrderLine } from './SellerOrderLine';
import { ShipDialog } from './ShipDialog';
import { WithdrawDialog } from './WithdrawDialog';

/** Parts of orders, with what can be done with their lines. */
export function SellerOrderCards({ parts }: { parts: readonly Part[] }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<{ command: 'ship' | 'reject' | 'withdraw'; line: Line } | null>(null);
  const prepare = useAction(PrepareOrderLinesDocument, (data) => data.prepareOrderLines, changes);
  const deliver = useAction(DeliverOrderLinesDocument, (data) => data.deliverOrderLines, changes);
  const approve = useAction(ApproveCancellationDocument, (data) => data.approveCancellation, changes);
  const resend = useAction(ResendOrderLinesDocument, (data) => data.resendOrderLines, changes);
  const atOnce = { prepare, deliver, approve, resend };
  const done = { prepare: m.seller.prepared, deliver: m.seller.delivered, approve: m.seller.cancelApproved, resend: m.seller.resent };
  const busy = Object.values(atOnce).some((action) => action.busy);
  const take = async (command: LineCommand, line: Line) => {
    for (const action of Object.values(atOnce)) action.forget();
    if (command === 'ship' || command === 'reject' || command === 'withdraw') {
      setAsking({ command, line });
      return;
    }
    if (await atOnce[command].run({ input: { lineIds: [line.id] } })) toast(done[command]);
  };
  const close = () => setAsking(null);
  return (
    <>
      <FailureAlert failure={prepare.failure ?? deliver.failure ?? approve.failure ?? resend.failure} />
      <Stack>
        {parts.map((part) => (
          <Card key={part.id} part={part} busy={busy} onCommand={(command, line) => void take(command, line)} />
        ))}
      </Stack>
      {asking?.command === 'ship' && <ShipDialog line={asking.line} onClose={close} />}
      {asking?.command === 'withdraw' && <WithdrawDialog line={asking.line} onClose={close} />}
      {asking?.command === 'reject' && <RejectDialog line={asking.line} onClose={close} />}
    </>
  );
}

interface CardProps {
  part: Part;
  busy: boolean;
  onCommand: (command: LineCommand, line: Line) => void;
}

function Card({ part, busy, onCommand }: CardProps) {
  const { m, format } = useI18n();
  const address = part.shippingAddress;
  return (
    <Paper component="section" withBorder radius="lg" p="md">
      <Group justify="space-between" mb={4}>
        <Title order={2} size="h5">
          {part.number}
        </Title>
        <StateBadge state={part.state} label={m.states.order[part.state]} />
      </Group>
      <Text size="sm" c="dimmed">
        {format.dateTime(part.placedAt)} · {format.won(part.total.amount)}
      </Text>
      <Text size="sm" mb="xs">
        {m.seller.shipTo}: {address.recipient}, {address.phone}, ({address.zonecode}) {address.roadAddress} {address.detail}
        {address.entranceNote !== null && ` · ${address.entranceNote}`}
      </Text>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {part.lines.map((line) => (
          <SellerOrderLine key={line.id} line={line} busy={busy} onCommand={(command) => onCommand(command, line)} />
        ))}
      </ul>
    </Paper>
  );
}

function RejectDialog({ line, onClose }: { line: Line; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const reject = useAction(RejectCancellationDocument, (data) => data.rejectCancellation, changes);
  const submit = async (reason: string) => {
    if (!(await reject.run({ input: { lineIds: [line.id], reason } }))) return;
    onClose();
    toast(m.seller.cancelRejected);
  };
  return (
    <ReasonDialog
      title={m.seller.rejectCancelOf(line.productTitle)}
      label={m.seller.rejectReason}
      action={m.seller.rejectCancel}
      keep={m.common.back}
      busy={reject.busy}
      failure={reject.failure}
      onSubmit={(reason) => void submit(reason)}
      onClose={onClose}
    />
  );
}
