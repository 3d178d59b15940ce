import { Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { fieldMessage, type Failure } from '../api/failure';
import { useI18n } from '../i18n';
import { Dialog } from './Dialog';
import { FailureAlert } from './FailureAlert';
import { useFields } from './fields';

interface Props {
  title: string;
  action: string;
  busy: boolean;
  failure: Failure | null;
  onSubmit: (parcel: { carrier: string; trackingNumber: string }) => void;
  onClose: () => void;
}

/** Asks who carries a parcel and under which number. */
export function ParcelDialog({ title, action, busy, failure, onSubmit, onClose }: Props) {
  const { m } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const fields = useFields({ carrier: m.seller.carriers[0] ?? '', trackingNumber: '' }, (values) => ({
    trackingNumber: /^[0-9A-Za-z-]{5,30}$/.test(values.trackingNumber.trim()) ? undefined : m.forms.needed,
  }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    onSubmit({ carrier: fields.values.carrier, trackingNumber: fields.values.trackingNumber.trim() });
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} onSubmit={submit} noValidate>
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
            error={fields.errors.trackingNumber ?? fieldMessage(failure, 'trackingNumber')}
          />
          <FailureAlert failure={failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {m.common.back}
            </Button>
            <Button type="submit" loading={busy}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
