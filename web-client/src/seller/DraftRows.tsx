import { Button, Group, Paper, SimpleGrid, Stack, TextInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n';
import { noVariant, type ImageDraft, type VariantDraft } from './draft';
import type { NoticeDraft } from './notice';

interface RowsProps<Row> {
  rows: readonly Row[];
  onChange: (rows: readonly Row[]) => void;
}

export interface RowListProps<Row> extends RowsProps<Row> {
  blank: Row;
  addLabel: string;
  removeLabel: (position: number) => string;
  children: (row: Row, position: number, set: (change: Partial<Row>) => void) => ReactNode;
}

/** A list of small groups of inputs that can grow and shrink, never below one. */
export function RowList<Row>({ rows, onChange, blank, addLabel, removeLabel, children }: RowListProps<Row>) {
  const { m } = useI18n();
  return (
    <Stack gap="sm">
      {rows.map((row, index) => (
        <Paper key={index} p="sm" radius="md" bg="gray.0">
          {children(row, index + 1, (change) =>
            onChange(rows.map((one, at) => (at === index ? { ...one, ...change } : one))),
          )}
          {rows.length > 1 && (
            <Group justify="flex-end" mt="xs">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={removeLabel(index + 1)}
                onClick={() => onChange(rows.filter((_, at) => at !== index))}
              >
                {m.common.remove}
              </Button>
            </Group>
          )}
        </Paper>
      ))}
      <div>
        <Button variant="light" size="xs" onClick={() => onChange([...rows, blank])}>
          {addLabel}
        </Button>
      </div>
    </Stack>
  );
}

export function VariantRows({ rows, onChange, withValue }: RowsProps<VariantDraft> & { withValue: boolean }) {
  const { m } = useI18n();
  return (
    <RowList
      rows={rows}
      onChange={onChange}
      blank={noVariant}
      addLabel={m.seller.addVariant}
      removeLabel={m.seller.removeVariant}
    >
      {(row, position, set) => (
        <SimpleGrid cols={{ base: 2, sm: withValue ? 5 : 4 }} role="group" aria-label={m.seller.variantRow(position)}>
          {withValue && (
            <TextInput
              label={m.seller.optionValue}
              required
              maxLength={50}
              value={row.value}
              onChange={(event) => set({ value: event.currentTarget.value })}
            />
          )}
          <TextInput
            label={m.seller.sku}
            required
            maxLength={64}
            value={row.sku}
            onChange={(event) => set({ sku: event.currentTarget.value })}
          />
          <TextInput
            label={m.seller.price}
            required
            inputMode="numeric"
            value={row.price}
            onChange={(event) => set({ price: event.currentTarget.value })}
          />
          <TextInput
            label={m.seller.initialStock}
            required
            inputMode="numeric"
            value={row.stock}
            onChange={(event) => set({ stock: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </RowList>
  );
}

export function ImageRows({ rows, onChange }: RowsProps<ImageDraft>) {
  const { m } = useI18n();
  return (
    <RowList
      rows={rows}
      onChange={onChange}
      blank={{ url: '', alt: '' }}
      addLabel={m.seller.addImage}
      removeLabel={m.seller.removeImage}
    >
      {(row, _, set) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={m.seller.imageUrl}
            value={row.url}
            maxLength={2000}
            onChange={(event) => set({ url: event.currentTarget.value })}
          />
          <TextInput
            label={m.seller.imageAlt}
            value={row.alt}
            maxLength={200}
            onChange={(event) => set({ alt: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </RowList>
  );
}

export function NoticeRows({ rows, onChange }: RowsProps<NoticeDraft>) {
  const { m } = useI18n();
  return (
    <RowList
      rows={rows}
      onChange={onChange}
      blank={{ name: '', value: '' }}
      addLabel={m.seller.addNotice}
      removeLabel={m.seller.removeNotice}
    >
      {(row, _, set) => (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <TextInput
            label={m.seller.noticeName}
            value={row.name}
            maxLength={100}
            onChange={(event) => set({ name: event.currentTarget.value })}
          />
          <TextInput
            label={m.seller.noticeValue}
            value={row.value}
            maxLength={500}
            onChange={(event) => set({ value: event.currentTarget.value })}
          />
        </SimpleGrid>
      )}
    </RowList>
  );
}
