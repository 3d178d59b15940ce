import type { Messages } from '../i18n/messages';
import { isPhone, isZonecode, type Errors } from '../ui/fields';
import type { AddressFields, AddressViewFragment } from './operations';

export interface AddressValues {
  label: string;
  recipient: string;
  phone: string;
  zonecode: string;
  roadAddress: string;
  detail: string;
  entranceNote: string;
}

export const noAddress: AddressValues = {
  label: '',
  recipient: '',
  phone: '',
  zonecode: '',
  roadAddress: '',
  detail: '',
  entranceNote: '',
};

export function valuesOf(address: AddressViewFragment): AddressValues {
  return {
    label: address.label ?? '',
    recipient: address.recipient,
    phone: address.phone,
    zonecode: address.zonecode,
    roadAddress: address.roadAddress,
    detail: address.detail,
    entranceNote: address.entranceNote ?? '',
  };
}

export function addressErrors(m: Messages, values: AddressValues): Errors<AddressValues> {
  const errors: Errors<AddressValues> = {};
  if (values.recipient.trim() === '') errors.recipient = m.forms.needed;
  if (!isPhone(values.phone)) errors.phone = m.forms.badPhone;
  if (!isZonecode(values.zonecode)) errors.zonecode = m.forms.badZonecode;
  if (values.roadAddress.trim() === '') errors.roadAddress = m.forms.needed;
  if (values.detail.trim() === '') errors.detail = m.forms.needed;
  return errors;
}

/** What the API takes: trimmed, with null for what was left empty. */
export function addressInput(values: AddressValues): AddressFields {
  const orNull = (text: string) => (text.trim() === '' ? null : text.trim());
  return {
    label: orNull(values.label),
    recipient: values.recipient.trim(),
    phone: values.phone.trim(),
    zonecode: values.zonecode.trim(),
    roadAddress: values.roadAddress.trim(),
    detail: values.detail.trim(),
    entranceNote: orNull(values.entranceNote),
  };
}
