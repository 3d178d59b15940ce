import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { ParcelDialog } from '../ui/ParcelDialog';
import { useToast } from '../ui/toast';
import { ShipOrderLinesDocument } from './operations';
import { changes, type Line } from './orders';

/** Asks who carries a line and under which number, and marks it as shipped. */
export function ShipDialog({ line, onClose }: { line: Line; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const ship = useAction(ShipOrderLinesDocument, (data) => data.shipOrderLines, changes);
  const submit = async (parcel: { carrier: string; trackingNumber: string }) => {
    if (!(await ship.run({ input: { lineIds: [line.id], ...parcel } }))) return;
    toast(m.seller.shipped);
    onClose();
  };
  return (
    <ParcelDialog
      title={m.seller.shipOf(line.productTitle)}
      action={m.seller.ship}
      busy={ship.busy}
      failure={ship.failure}
      onSubmit={(parcel) => void submit(parcel)}
      onClose={onClose}
    />
  );
}
