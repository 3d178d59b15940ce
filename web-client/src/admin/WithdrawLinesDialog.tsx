import { Checkbox, Stack } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReasonDialog } from '../ui/ReasonDialog';
import { useToast } from '../ui/toast';
import { WithdrawOrderLinesDocument } from './operations';
import { changes, type Line } from './orderLines';

/** Cancels those of an order's lines, all of one decision, that cannot be sent. */
export function WithdrawLinesDialog({ number, lines, onClose }: { number: string; lines: readonly Line[]; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const [lineIds, setLineIds] = useState<string[]>([]);
  const [missing, setMissing] = useState(false);
  const [soldOut, setSoldOut] = useState(true);
  const withdraw = useAction(WithdrawOrderLinesDocument, (data) => data.withdrawOrderLines, changes);
  const submit = async (reason: string) => {
    setMissing(lineIds.length === 0);
    if (lineIds.length === 0 || !(await withdraw.run({ input: { lineIds, reason, soldOut } }))) return;
    toast(m.seller.withdrawn);
    onClose();
  };
  return (
    <ReasonDialog
      title={m.seller.withdrawOf(number)}
      note={m.seller.withdrawNote}
      label={m.seller.withdrawReason}
      suggestions={m.seller.withdrawReasons}
      action={m.seller.withdraw}
      keep={m.common.back}
      busy={withdraw.busy}
      failure={withdraw.failure}
      onSubmit={(reason) => void submit(reason)}
      onClose={onClose}
    >
      <Checkbox.Group
        mt="sm"
        label={m.control.linesToCancel}
        required
        value={lineIds}
        onChange={setLineIds}
        error={missing && lineIds.length === 0 ? m.control.chooseLines : undefined}
      >
        <Stack gap={6} mt={6}>
          {lines.map((line) => (
            <Checkbox key={line.id} value={line.id} label={`${line.productTitle} · ${line.variantName} · ${m.common.pieces(line.quantity)}`} />
          ))}
        </Stack>
      </Checkbox.Group>
      <Checkbox
        mt="md"
        label={m.seller.withdrawSoldOut}
        checked={soldOut}
        onChange={(event) => setSoldOut(event.currentTarget.checked)}
      />
    </ReasonDialog>
  );
}
