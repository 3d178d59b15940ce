import { Badge, Checkbox, Stack, Text } from '@mantine/core';
import type { Failure } from '../api/failure';
import { useI18n } from '../i18n';
import type { Fields } from '../ui/fields';
import type { AddressValues } from './address';
import { AddressFieldset } from './AddressFieldset';
import type { AddressViewFragment } from './operations';
import styles from './shop.module.css';

interface Props {
  addresses: readonly AddressViewFragment[];
  /** A saved address's id, or null for a new one. */
  chosen: string | null;
  onChoose: (id: string | null) => void;
  fields: Fields<AddressValues>;
  failure: Failure | null;
  save: boolean;
  onSave: (save: boolean) => void;
}

export function AddressChoice({ addresses, chosen, onChoose, fields, failure, save, onSave }: Props) {
  const { m } = useI18n();
  return (
    <fieldset>
      <legend className={styles.legend}>{m.checkout.address}</legend>
      <Stack gap="sm">
        {addresses.map((address) => (
          <label key={address.id} className={styles.choice}>
            <input type="radio" name="address" checked={chosen === address.id} onChange={() => onChoose(address.id)} />
            <span>
              <Text span fw={700} mr={8}>
                {address.label ?? address.recipient}
              </Text>
              {address.isDefault && <Badge variant="light">{m.account.defaultAddress}</Badge>}
              <Text size="sm">
                ({address.zonecode}) {address.roadAddress} {address.detail}
              </Text>
              <Text size="sm" c="dimmed">
                {address.recipient} · {address.phone}
              </Text>
            </span>
          </label>
        ))}
        {addresses.length > 0 && (
          <label className={styles.choice}>
            <input type="radio" name="address" checked={chosen === null} onChange={() => onChoose(null)} />
            <Text span fw={600}>
              {m.checkout.newAddress}
            </Text>
          </label>
        )}
        {chosen === null && (
          <>
            <AddressFieldset fields={fields} failure={failure} withLabel={false} />
            <Checkbox
              label={m.checkout.saveAddress}
              checked={save}
              onChange={(event) => onSave(event.currentTarget.checked)}
            />
          </>
        )}
      </Stack>
    </fieldset>
  );
}
