import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { Dialog } from '../../ui/Dialog';
import { FailureAlert } from '../../ui/FailureAlert';
import { useFields } from '../../ui/fields';
import { useToast } from '../../ui/toast';
import { addressErrors, addressInput, noAddress, valuesOf } from '../address';
import { AddressFieldset } from '../AddressFieldset';
import {
  AddAddressDocument,
  RemoveAddressDocument,
  SetDefaultAddressDocument,
  UpdateAddressDocument,
  type AddressViewFragment,
} from '../operations';
import styles from '../shop.module.css';

const changes = ['Address'];

export function AddressBook({ addresses }: { addresses: readonly AddressViewFragment[] }) {
  const { m } = useI18n();
  const [editing, setEditing] = useState<AddressViewFragment | 'new' | null>(null);
  const remove = useAction(RemoveAddressDocument, (data) => data.removeAddress, changes);
  const makeDefault = useAction(SetDefaultAddressDocument, (data) => data.setDefaultAddress, changes);
  const busy = remove.busy || makeDefault.busy;
  return (
    <section className={styles.panel}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {m.account.addresses}
        </Title>
        <Button size="xs" variant="light" onClick={() => setEditing('new')}>
          {m.account.addAddress}
        </Button>
      </Group>
      <FailureAlert failure={remove.failure ?? makeDefault.failure} />
      {addresses.length === 0 && <Text c="dimmed">{m.account.noAddresses}</Text>}
      <Stack component="ul" gap={0} style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {addresses.map((address) => {
          const name = address.label ?? address.recipient;
          return (
            <li key={address.id} className={styles.line}>
              <div className={styles.lineBody}>
                <Group gap="xs">
                  <Text fw={600}>{name}</Text>
                  {address.isDefault && <Badge variant="light">{m.account.defaultAddress}</Badge>}
                </Group>
                <Text size="sm">
                  ({address.zonecode}) {address.roadAddress} {address.detail}
                </Text>
                <Text size="sm" c="dimmed">
                  {address.recipient} · {address.phone}
                </Text>
                <Group gap="xs">
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={m.account.editAddressOf(name)}
                    onClick={() => setEditing(address)}
                  >
                    {m.common.edit}
                  </Button>
                  <Button
                    size="compact-sm"
                    variant="default"
                    disabled={busy}
                    aria-label={m.account.removeAddressOf(name)}
                    onClick={() => void remove.run({ input: { id: address.id } })}
                  >
                    {m.common.remove}
                  </Button>
                  {!address.isDefault && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      disabled={busy}
                      aria-label={m.account.makeDefaultOf(name)}
                      onClick={() => void makeDefault.run({ input: { id: address.id } })}
                    >
                      {m.account.makeDefault}
                    </Button>
                  )}
                </Group>
              </div>
            </li>
          );
        })}
      </Stack>
      {editing !== null && (
        <AddressDialog
          address={editing === 'new' ? null : editing}
          first={addresses.length === 0}
          onClose={() => setEditing(null)}
        />
      )}
    </section>
  );
}

interface DialogProps {
  address: AddressViewFragment | null;
  first: boolean;
  onClose: () => void;
}

function AddressDialog({ address, first, onClose }: DialogProps) {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const add = useAction(AddAddressDocument, (data) => data.addAddress, changes);
  const update = useAction(UpdateAddressDocument, (data) => data.updateAddress, changes);
  const fields = useFields(address ? valuesOf(address) : noAddress, (values) => addressErrors(m, values));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const input = addressInput(fields.values);
    const payload = address
      ? await update.run({ input: { id: address.id, address: input } })
      : await add.run({ input: { address: input, makeDefault: first } });
    if (!payload) return;
    toast(m.common.saved);
    onClose();
  };
  return (
    <Dialog title={address ? m.account.editAddress : m.account.addAddress} onClose={onClose}>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <AddressFieldset fields={fields} failure={add.failure ?? update.failure} withLabel />
        <FailureAlert failure={add.failure ?? update.failure} />
        <Group justify="flex-end" mt="md">
          <Button variant="default" onClick={onClose}>
            {m.common.cancel}
          </Button>
          <Button type="submit" loading={add.busy || update.busy}>
            {m.common.save}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
