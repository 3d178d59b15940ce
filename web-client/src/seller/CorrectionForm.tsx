import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { RequestSellerParticularsDocument, type TaxType } from './operations';
import { changes, correctionInput } from './particulars';
import type { OwnParticulars } from './ParticularsPage';
import { Problem } from './ProductFields';

/** Asks staff for other particulars: what is left as it is is not asked for. */
export function CorrectionForm({ own }: { own: OwnParticulars }) {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const [unchanged, setUnchanged] = useState(false);
  const request = useAction(RequestSellerParticularsDocument, (data) => data.requestSellerParticulars, changes);
  const { name, representativeName, mailOrderNumber, taxType, address } = own;
  const initial = { name, representativeName, mailOrderNumber, taxType, address, reason: '' };
  const needed = (text: string) => (text.trim() === '' ? m.forms.needed : undefined);
  const fields = useFields(initial, (values) => ({
    name: needed(values.name),
    representativeName: needed(values.representativeName),
    mailOrderNumber: needed(values.mailOrderNumber),
    address: needed(values.address),
    reason: needed(values.reason),
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isGood = fields.check(form.current);
    const input = correctionInput(own.id, own, fields.values);
    setUnchanged(input === null);
    if (!isGood || input === null) return;
    if (await request.run({ input })) toast(m.particulars.requested);
  };
  const text = (field: Exclude<keyof typeof initial, 'taxType'>) => ({
    value: fields.values[field],
    onChange: (event: { currentTarget: { value: string } }) => fields.set(field, event.currentTarget.value),
    error: fields.errors[field] ?? fieldMessage(request.failure, field),
    required: true,
  });
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm" c="dimmed">
          {m.particulars.requestNote}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput label={m.particulars.fields.name} maxLength={60} {...text('name')} />
          <TextInput label={m.particulars.fields.representativeName} maxLength={60} {...text('representativeName')} />
          <TextInput label={m.particulars.fields.mailOrderNumber} maxLength={30} {...text('mailOrderNumber')} />
          <NativeSelect
            label={m.particulars.fields.taxType}
            value={fields.values.taxType}
            onChange={(event) => fields.set('taxType', event.currentTarget.value as TaxType)}
            data={Object.entries(m.seller.taxTypes).map(([value, label]) => ({ value, label }))}
          />
        </SimpleGrid>
        <TextInput label={m.particulars.fields.address} maxLength={200} {...text('address')} />
        <Textarea label={m.particulars.reason} rows={2} maxLength={500} {...text('reason')} />
        {unchanged && <Problem text={m.particulars.unchanged} />}
        <FailureAlert failure={request.failure} />
        <Group>
          <Button type="submit" loading={request.busy}>
            {m.particulars.request}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
