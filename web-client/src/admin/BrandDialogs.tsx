import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { fieldMessage } from '../api/failure';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useToast } from '../ui/toast';
import { Foot } from './CategoryDialogs';
import { BrandsDocument, RemoveBrandDocument, UpdateBrandDocument, type BrandRowFragment } from './operations';

const changes = ['Brand', 'Product'];
const choices = 100;

interface Props {
  brand: BrandRowFragment;
  onClose: () => void;
}

export function NameBrandDialog({ brand, onClose }: Props) {
  const { m } = useI18n();
  const toast = useToast();
  const [name, setName] = useState(brand.name);
  const [missing, setMissing] = useState(false);
  const update = useAction(UpdateBrandDocument, (data) => data.updateBrand, changes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setMissing(name.trim() === '');
    if (name.trim() === '' || !(await update.run({ input: { brandId: brand.id, name: name.trim() } }))) return;
    toast(m.catalogue.renamed);
    onClose();
  };
  return (
    <Dialog title={m.catalogue.renameOf(brand.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput
            label={m.catalogue.name}
            required
            maxLength={60}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={missing ? m.forms.needed : fieldMessage(update.failure, 'name')}
          />
          <Foot failure={update.failure} action={m.catalogue.rename} busy={update.busy} onClose={onClose} />
        </Stack>
      </form>
    </Dialog>
  );
}

/** Removes a brand; its products, where it has any, get another one. */
export function RemoveBrandDialog({ brand, onClose }: Props) {
  const { m } = useI18n();
  const toast = useToast();
  const [target, setTarget] = useState<BrandRowFragment | null>(null);
  const remove = useAction(RemoveBrandDocument, (data) => data.removeBrand, changes);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await remove.run({ input: { brandId: brand.id, mergeInto: target?.id ?? null } }))) return;
    toast(m.catalogue.removed);
    onClose();
  };
  return (
    <Dialog title={m.catalogue.removeOf(brand.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <Text size="sm">{m.catalogue.removeNote}</Text>
          <BrandChoice
            without={brand.id}
            chosen={target}
            onChoose={setTarget}
            error={fieldMessage(remove.failure, 'mergeInto')}
          />
          <Foot failure={remove.failure} action={m.catalogue.remove} busy={remove.busy} onClose={onClose} harsh />
        </Stack>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  without: string;
  chosen: BrandRowFragment | null;
  onChoose: (brand: BrandRowFragment | null) => void;
  error: string | undefined;
}

/** Another brand, by name, a page of them at a time. What is chosen stays while others are looked at. */
function BrandChoice({ without, chosen, onChoose, error }: ChoiceProps) {
  const { m } = useI18n();
  const [after, setAfter] = useState<string | null>(null);
  const { data, failure, reload } = useApiQuery(BrandsDocument, after === null ? { first: choices } : { first: choices, after });
  const others = (data?.brands.nodes ?? []).filter((one) => one.id !== without && one.id !== chosen?.id);
  const known = chosen === null ? others : [chosen, ...others];
  const next = data?.brands.pageInfo;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      <NativeSelect
        label={m.catalogue.mergeInto}
        value={chosen?.id ?? ''}
        onChange={(event) => onChoose(known.find((one) => one.id === event.currentTarget.value) ?? null)}
        error={error}
        data={[{ value: '', label: m.catalogue.mergeNone }, ...known.map((one) => ({ value: one.id, label: one.name }))]}
      />
      <Group gap="xs">
        {after !== null && (
          <Button size="compact-sm" variant="default" onClick={() => setAfter(null)}>
            {m.catalogue.firstBrands}
          </Button>
        )}
        {next?.hasNextPage === true && next.endCursor !== null && (
          <Button size="compact-sm" variant="default" onClick={() => setAfter(next.endCursor)}>
            {m.catalogue.moreBrands}
          </Button>
        )}
      </Group>
    </>
  );
}
