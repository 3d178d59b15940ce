import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { ShipOrderLinesDocument } from './operations';
import { changes, type Line } from './SellerOrdersPage';

/** Asks who carries a line and under which number, and marks it as shipped. */
export function ShipDialog({ line, onClose }: { line: Line; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const ship = useAction(ShipOrderLinesDocument, (data) => data.shipOrderLines, changes);
  const fields = useFields({ carrier: m.seller.carriers[0] ?? '', trackingNumber: '' }, (values) => ({
    trackingNumber: /^[0-9A-Za-z-]{5,30}$/.test(values.trackingNumber.trim()) ? undefined : m.forms.needed,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const { carrier, trackingNumber } = fields.values;
    const input = { lineIds: [line.id], carrier, trackingNumber: trackingNumber.trim() };
    if (!(await ship.run({ input }))) return;
    toast(m.seller.shipped);
    onClose();
  };
  return (
    <Dialog title={m.seller.shipOf(line.productTitle)} onClose={onClose}>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <NativeSelect
            label={m.seller.carrier}
            value={fields.values.carrier}
            onChange={(event) => fields.set('carrier', event.currentTarget.value)}
            data={[...m.seller.carriers]}
          />
          <TextInput
            label={m.seller.trackingNumber}
            required
            maxLength={30}
            value={fields.values.trackingNumber}
            onChange={(event) => fields.set('trackingNumber', event.currentTarget.value)}
            error={fields.errors.trackingNumber ?? fieldMessage(ship.failure, 'trackingNumber')}
          />
          <FailureAlert failure={ship.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {m.common.back}
            </Button>
            <Button type="submit" loading={ship.busy}>
              {m.seller.ship}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
