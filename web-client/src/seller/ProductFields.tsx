import { Checkbox, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import type { ChangeEvent, ReactNode } from 'react';
import { fieldMessage, type Failure } from '../api/failure';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import type { Fields } from '../ui/fields';
import type { ProductTexts } from './draft';
import { ImageRows } from './DraftRows';
import { leafCategories } from './leafCategories';
import { CategoryChoicesDocument } from './operations';

export interface ProductFieldsProps {
  fields: Fields<ProductTexts>;
  failure: Failure | null;
}

interface Category {
  id: string;
  name: string;
}

/** What a product is, in the form of a new one and of one that is changed. */
export function BasicsPanel({ fields, failure, category }: ProductFieldsProps & { category?: Category }) {
  const { m } = useI18n();
  const texts = fields.values;
  const text = (name: 'title' | 'summary' | 'description' | 'origin', label: string) => ({
    label,
    value: texts[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(failure, name),
  });
  return (
    <Panel title={m.seller.basics}>
      <TextInput required maxLength={100} {...text('title', m.seller.productTitle)} />
      <TextInput maxLength={200} {...text('summary', m.seller.productSummary)} />
      <Textarea required rows={5} maxLength={20000} {...text('description', m.seller.productDescription)} />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <CategorySelect
          value={texts.categoryId}
          known={category}
          onChange={(categoryId) => fields.set('categoryId', categoryId)}
          error={fields.errors.categoryId ?? fieldMessage(failure, 'categoryId')}
        />
        <TextInput required maxLength={100} {...text('origin', m.seller.origin)} />
      </SimpleGrid>
      <Group>
        <Checkbox
          label={m.seller.taxFree}
          checked={texts.taxFree}
          onChange={(event) => fields.set('taxFree', event.currentTarget.checked)}
        />
        <Checkbox
          label={m.seller.adultOnly}
          checked={texts.adultOnly}
          onChange={(event) => fields.set('adultOnly', event.currentTarget.checked)}
        />
      </Group>
    </Panel>
  );
}

export function ImagesPanel({ fields, isBad }: { fields: Fields<ProductTexts>; isBad: boolean }) {
  const { m } = useI18n();
  return (
    <Panel title={m.seller.imagesTitle}>
      <ImageRows rows={fields.values.images} onChange={(images) => fields.set('images', images)} />
      {isBad && <Problem text={m.seller.imageBad} />}
    </Panel>
  );
}

export function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" radius="lg">
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack>{children}</Stack>
    </Paper>
  );
}

export function Problem({ text }: { text: string }) {
  return (
    <Text role="alert" size="sm" c="var(--mantine-color-error)">
      {text}
    </Text>
  );
}

interface CategoryProps {
  value: string;
  /** Where the product stands now, which others may have come to stand below. */
  known: Category | undefined;
  onChange: (id: string) => void;
  error: string | undefined;
}

/** Products belong to leaves of the category tree, shown with their whole path. */
function CategorySelect({ value, known, onChange, error }: CategoryProps) {
  const { m } = useI18n();
  const { data } = useApiQuery(CategoryChoicesDocument, {}, { policy: 'cache-first' });
  const leaves = leafCategories(data?.categories ?? []);
  const isElsewhere = known !== undefined && !leaves.some((leaf) => leaf.value === known.id);
  return (
    <NativeSelect
      label={m.seller.category}
      required
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: m.seller.categoryPick },
        ...(isElsewhere ? [{ value: known.id, label: known.name }] : []),
        ...leaves,
      ]}
    />
  );
}
