import { SimpleGrid, Stack, TextInput } from '@mantine/core';
import { fieldMessage, type Failure } from '../api/failure';
import { useI18n } from '../i18n';
import type { Fields } from '../ui/fields';
import type { AddressValues } from './address';

interface Props {
  fields: Fields<AddressValues>;
  failure: Failure | null;
  withLabel: boolean;
}

/** The inputs of a Korean delivery address. */
export function AddressFieldset({ fields, failure, withLabel }: Props) {
  const { m } = useI18n();
  const bind = (name: keyof AddressValues) => ({
    value: fields.values[name],
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(failure, name),
  });
  return (
    <Stack gap="sm">
      {withLabel && (
        <TextInput label={m.forms.addressLabel} placeholder={m.forms.addressLabelHint} maxLength={30} {...bind('label')} />
      )}
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <TextInput label={m.forms.recipient} autoComplete="shipping name" maxLength={50} required {...bind('recipient')} />
        <TextInput
          label={m.forms.phone}
          type="tel"
          autoComplete="shipping tel"
          placeholder="010-1234-5678"
          maxLength={20}
          required
          {...bind('phone')}
        />
      </SimpleGrid>
      <TextInput
        label={m.forms.zonecode}
        placeholder={m.forms.zonecodeHint}
        inputMode="numeric"
        autoComplete="shipping postal-code"
        maxLength={5}
        maw={180}
        required
        {...bind('zonecode')}
      />
      <TextInput
        label={m.forms.roadAddress}
        placeholder="서울특별시 강남구 테헤란로 123"
        autoComplete="shipping address-line1"
        maxLength={200}
        required
        {...bind('roadAddress')}
      />
      <TextInput
        label={m.forms.detailAddress}
        autoComplete="shipping address-line2"
        maxLength={100}
        required
        {...bind('detail')}
      />
      <TextInput label={m.forms.entranceNote} maxLength={100} {...bind('entranceNote')} />
    </Stack>
  );
}
