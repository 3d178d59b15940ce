import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent, type ReactNode } from 'react';
import { fieldMessage, type Failure } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { Dialog } from '../ui/Dialog';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { isSlug, parentsFor, type Placed } from './categoryTree';
import {
  CreateCategoryDocument,
  MoveCategoryDocument,
  RemoveCategoryDocument,
  UpdateCategoryDocument,
} from './operations';

const changes = ['Category', 'Product'];

interface NameProps {
  /** What is called otherwise; without it a category is added below `parent`, or at the top. */
  renamed?: Placed;
  parent?: Placed | null;
  /** Where it stands among its siblings when it is added. */
  position?: number;
  onClose: () => void;
}

export function NameCategoryDialog({ renamed, parent = null, position = 0, onClose }: NameProps) {
  const { m } = useI18n();
  const toast = useToast();
  const form = useRef<HTMLFormElement>(null);
  const create = useAction(CreateCategoryDocument, (data) => data.createCategory, changes);
  const update = useAction(UpdateCategoryDocument, (data) => data.updateCategory, changes);
  const failure = create.failure ?? update.failure;
  const fields = useFields({ name: renamed?.node.name ?? '', slug: renamed?.node.slug ?? '' }, (values) => ({
    name: values.name.trim() === '' ? m.forms.needed : undefined,
    slug: isSlug(values.slug.trim()) ? undefined : m.catalogue.badSlug,
  }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    const names = { name: fields.values.name.trim(), slug: fields.values.slug.trim() };
    const done = renamed
      ? await update.run({ input: { ...names, categoryId: renamed.node.id } })
      : await create.run({ input: { ...names, parentId: parent?.node.id ?? null, position } });
    if (!done) return;
    toast(renamed ? m.catalogue.renamed : m.catalogue.added);
    onClose();
  };
  const text = (name: 'name' | 'slug') => ({
    value: fields.values[name],
    onChange: (event: { currentTarget: { value: string } }) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(failure, name),
  });
  const title = renamed
    ? m.catalogue.renameOf(renamed.node.name)
    : parent
      ? m.catalogue.addBelowOf(parent.node.name)
      : m.catalogue.addTop;
  return (
    <Dialog title={title} onClose={onClose}>
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <TextInput label={m.catalogue.name} required maxLength={60} data-autofocus {...text('name')} />
          <TextInput
            label={m.catalogue.slug}
            description={m.catalogue.slugHint}
            required
            maxLength={60}
            autoCapitalize="none"
            {...text('slug')}
          />
          <Foot
            failure={failure}
            action={renamed ? m.catalogue.rename : m.common.add}
            busy={create.busy || update.busy}
            onClose={onClose}
          />
        </Stack>
      </form>
    </Dialog>
  );
}

interface PlaceProps {
  all: readonly Placed[];
  place: Placed;
  onClose: () => void;
}

const top = 'top';

export function MoveCategoryDialog({ all, place, onClose }: PlaceProps) {
  const { m } = useI18n();
  const toast = useToast();
  const move = useAction(MoveCategoryDocument, (data) => data.moveCategory, changes);
  const parents = [
    ...(place.parentId === null ? [] : [{ value: top, label: m.catalogue.top }]),
    ...parentsFor(all, place).map((one) => ({ value: one.node.id, label: one.path })),
  ];
  const [parent, setParent] = useState(parents[0]?.value ?? '');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (parent === '') return;
    const input = { categoryId: place.node.id, parentId: parent === top ? null : parent };
    if (!(await move.run({ input }))) return;
    toast(m.catalogue.moved);
    onClose();
  };
  return (
    <Dialog title={m.catalogue.moveOf(place.node.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <NativeSelect
            label={m.catalogue.moveTo}
            value={parent}
            disabled={parents.length === 0}
            onChange={(event) => setParent(event.currentTarget.value)}
            error={fieldMessage(move.failure, 'parentId')}
            data={parents}
          />
          <Foot failure={move.failure} action={m.catalogue.move} busy={move.busy} onClose={onClose} isOff={parent === ''} />
        </Stack>
      </form>
    </Dialog>
  );
}

export function RemoveCategoryDialog({ all, place, onClose }: PlaceProps) {
  const { m } = useI18n();
  const toast = useToast();
  const [target, setTarget] = useState('');
  const remove = useAction(RemoveCategoryDocument, (data) => data.removeCategory, changes);
  const isFull = (place.node.children ?? []).length > 0;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!(await remove.run({ input: { categoryId: place.node.id, mergeInto: target === '' ? null : target } }))) return;
    toast(m.catalogue.removed);
    onClose();
  };
  return (
    <Dialog title={m.catalogue.removeOf(place.node.name)} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <Text size="sm">{isFull ? m.catalogue.removeFull : m.catalogue.removeNote}</Text>
          {!isFull && (
            <NativeSelect
              label={m.catalogue.mergeInto}
              value={target}
              onChange={(event) => setTarget(event.currentTarget.value)}
              error={fieldMessage(remove.failure, 'mergeInto')}
              data={[
                { value: '', label: m.catalogue.mergeNone },
                ...all
                  .filter((one) => one.node.id !== place.node.id)
                  .map((one) => ({ value: one.node.id, label: one.path })),
              ]}
            />
          )}
          <Foot failure={remove.failure} action={m.catalogue.remove} busy={remove.busy} onClose={onClose} isOff={isFull} harsh />
        </Stack>
      </form>
    </Dialog>
  );
}

interface FootProps {
  failure: Failure | null;
  action: ReactNode;
  busy: boolean;
  isOff?: boolean;
  /** For what takes something away. */
  harsh?: boolean;
  onClose: () => void;
}

/** What failed, and the buttons of a dialog. */
export function Foot({ failure, action, busy, isOff = false, harsh = false, onClose }: FootProps) {
  const { m } = useI18n();
  return (
    <>
      <FailureAlert failure={failure} />
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {m.common.back}
        </Button>
        <Button type="submit" loading={busy} disabled={isOff} {...(harsh ? { color: 'red.8' } : {})}>
          {action}
        </Button>
      </Group>
    </>
  );
}
