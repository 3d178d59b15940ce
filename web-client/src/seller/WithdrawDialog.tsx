import { Checkbox } from '@mantine/core';
import { useState } from 'react';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReasonDialog } from '../ui/ReasonDialog';
import { useToast } from '../ui/toast';
import { WithdrawOrderLinesDocument } from './operations';
import { changes, type Line } from './orders';

/** Cancels a paid line that cannot be sent. What came back undelivered is no stock: of that nothing is asked. */
export function WithdrawDialog({ line, onClose }: { line: Line; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const [soldOut, setSoldOut] = useState(true);
  const withdraw = useAction(WithdrawOrderLinesDocument, (data) => data.withdrawOrderLines, changes);
  const isOnShelf = line.state !== 'UNDELIVERED';
  const submit = async (reason: string) => {
    if (!(await withdraw.run({ input: { lineIds: [line.id], reason, soldOut: isOnShelf && soldOut } }))) return;
    toast(m.seller.withdrawn);
    onClose();
  };
  return (
    <ReasonDialog
      title={m.seller.withdrawOf(line.productTitle)}
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
      {isOnShelf && (
        <Checkbox
          mt="sm"
          label={m.seller.withdrawSoldOut}
          checked={soldOut}
          onChange={(event) => setSoldOut(event.currentTarget.checked)}
        />
      )}
    </ReasonDialog>
  );
}
