import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import { MoveCategoryDialog, NameCategoryDialog, RemoveCategoryDialog } from './CategoryDialogs';
import { levels, placed, reordered, type Placed } from './categoryTree';
import { AdminCategoriesDocument, OrderCategoriesDocument } from './operations';

const changes = ['Category'];

type Asking = { step: 'rename' | 'move' | 'remove'; place: Placed } | { step: 'add'; parent: Placed | null };

/** The tree of categories: staff name, order, move and remove them. */
export default function CategoriesPage() {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<Asking | null>(null);
  const { data, loading, failure, reload } = useApiQuery(AdminCategoriesDocument, {}, { dependsOn: changes });
  const order = useAction(OrderCategoriesDocument, (answer) => answer.orderCategories, changes);
  const all = placed(data?.categories ?? []);
  const close = () => setAsking(null);
  const countBelow = (parent: Placed | null) => all.filter((one) => one.parentId === (parent?.node.id ?? null)).length;
  const shift = async ({ node, parentId, siblings }: Placed, step: -1 | 1) => {
    const input = { parentId, categoryIds: reordered(siblings, node.id, step) };
    if (await order.run({ input })) toast(m.catalogue.ordered);
  };
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.catalogue.categoriesTitle} />
        <Button onClick={() => setAsking({ step: 'add', parent: null })}>{m.catalogue.addTop}</Button>
      </Group>
      <Text size="sm" c="dimmed" mb="md">
        {m.catalogue.categoriesNote}
      </Text>
      <FailureAlert failure={failure} onRetry={reload} />
      <FailureAlert failure={order.failure} />
      {loading && <RowsSkeleton />}
      {data && all.length === 0 && <EmptyState text={m.catalogue.categoriesEmpty} />}
      <Stack component="ul" gap="xs" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {all.map((place) => (
          <CategoryRow
            key={place.node.id}
            place={place}
            busy={order.busy}
            onShift={(step) => void shift(place, step)}
            onAsk={setAsking}
          />
        ))}
      </Stack>
      {asking?.step === 'add' && (
        <NameCategoryDialog parent={asking.parent} position={countBelow(asking.parent)} onClose={close} />
      )}
      {asking?.step === 'rename' && <NameCategoryDialog renamed={asking.place} onClose={close} />}
      {asking?.step === 'move' && <MoveCategoryDialog all={all} place={asking.place} onClose={close} />}
      {asking?.step === 'remove' && <RemoveCategoryDialog all={all} place={asking.place} onClose={close} />}
    </>
  );
}

interface RowProps {
  place: Placed;
  busy: boolean;
  onShift: (step: -1 | 1) => void;
  onAsk: (asking: Asking) => void;
}

function CategoryRow({ place, busy, onShift, onAsk }: RowProps) {
  const { m } = useI18n();
  const { node, level, siblings } = place;
  const at = siblings.indexOf(node.id);
  const button = (text: string, label: string, onClick: () => void, isOff = false) => (
    <Button size="compact-sm" variant="default" disabled={isOff} aria-label={label} onClick={onClick}>
      {text}
    </Button>
  );
  return (
    <li className={styles.panel} style={{ marginInlineStart: (level - 1) * 20 }}>
      <Group justify="space-between">
        <div>
          <Text fw={level === 1 ? 700 : 500}>{node.name}</Text>
          <Text size="xs" c="dimmed">
            {node.slug}
          </Text>
        </div>
        <Group gap={6}>
          {button(m.catalogue.up, m.catalogue.upOf(node.name), () => onShift(-1), busy || at === 0)}
          {button(m.catalogue.down, m.catalogue.downOf(node.name), () => onShift(1), busy || at === siblings.length - 1)}
          {level < levels &&
            button(m.catalogue.addBelow, m.catalogue.addBelowOf(node.name), () => onAsk({ step: 'add', parent: place }))}
          {button(m.catalogue.rename, m.catalogue.renameOf(node.name), () => onAsk({ step: 'rename', place }))}
          {button(m.catalogue.move, m.catalogue.moveOf(node.name), () => onAsk({ step: 'move', place }))}
          {button(m.catalogue.remove, m.catalogue.removeOf(node.name), () => onAsk({ step: 'remove', place }))}
        </Group>
      </Group>
    </li>
  );
}
