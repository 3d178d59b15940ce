import { Button, Checkbox, Group, NativeSelect, Paper, SimpleGrid, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useRef, useState, type ChangeEvent, type FormEvent, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { PageTitle } from '../ui/PageTitle';
import { useToast } from '../ui/toast';
import { draftErrors, measureImage, noVariant, productInput, type MeasuredImage, type ProductDraft } from './draft';
import { ImageRows, NoticeRows, VariantRows } from './DraftRows';
import { leafCategories } from './leafCategories';
import { CategoryChoicesDocument, CreateProductDocument } from './operations';
import { useOwnSeller } from './SellerArea';

export function NewProductPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [badImage, setBadImage] = useState(false);
  const create = useAction(CreateProductDocument, (data) => data.createProduct, ['Product']);
  const fields = useFields<ProductDraft>(
    {
      title: '',
      summary: '',
      description: '',
      categoryId: '',
      origin: '',
      taxFree: false,
      adultOnly: false,
      optionName: '',
      variants: [noVariant],
      images: [{ url: '', alt: '' }],
      notices: m.seller.noticeDefaults.map((name) => ({ name, value: '' })),
    },
    (draft) => draftErrors(m, draft),
  );
  const draft = fields.values;
  const text = (name: 'title' | 'summary' | 'description' | 'origin' | 'optionName', label: string) => ({
    label,
    value: draft[name],
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => fields.set(name, event.currentTarget.value),
    error: fields.errors[name] ?? fieldMessage(create.failure, name),
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const good = fields.check(form.current);
    const measured = await Promise.all(draft.images.filter((image) => image.url.trim() !== '').map(measureImage));
    const images = measured.filter((image): image is MeasuredImage => image !== null);
    setBadImage(images.length < measured.length);
    if (!good || images.length < measured.length) return;
    const payload = await create.run({ input: productInput(seller.id, draft, images) });
    if (!payload) return;
    toast(m.seller.created);
    await navigate('/seller/products?state=DRAFT');
  };

  return (
    <>
      <PageTitle title={m.seller.createTitle} />
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="lg">
          <Panel title={m.seller.basics}>
            <TextInput required maxLength={100} {...text('title', m.seller.productTitle)} />
            <TextInput maxLength={200} {...text('summary', m.seller.productSummary)} />
            <Textarea required rows={5} maxLength={20000} {...text('description', m.seller.productDescription)} />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <CategorySelect
                value={draft.categoryId}
                onChange={(categoryId) => fields.set('categoryId', categoryId)}
                error={fields.errors.categoryId ?? fieldMessage(create.failure, 'categoryId')}
              />
              <TextInput required maxLength={100} {...text('origin', m.seller.origin)} />
            </SimpleGrid>
            <Group>
              <Checkbox
                label={m.seller.taxFree}
                checked={draft.taxFree}
                onChange={(event) => fields.set('taxFree', event.currentTarget.checked)}
              />
              <Checkbox
                label={m.seller.adultOnly}
                checked={draft.adultOnly}
                onChange={(event) => fields.set('adultOnly', event.currentTarget.checked)}
              />
            </Group>
          </Panel>
          <Panel title={m.seller.optionsTitle}>
            <TextInput maw={320} description={m.seller.optionNameHint} maxLength={30} {...text('optionName', m.seller.optionName)} />
            <VariantRows
              rows={draft.variants}
              withValue={draft.optionName.trim() !== ''}
              onChange={(variants) => fields.set('variants', variants)}
            />
            {fields.errors.variants !== undefined && <Problem text={fields.errors.variants} />}
          </Panel>
          <Panel title={m.seller.imagesTitle}>
            <ImageRows rows={draft.images} onChange={(images) => fields.set('images', images)} />
            {badImage && <Problem text={m.seller.imageBad} />}
          </Panel>
          <Panel title={m.seller.noticesTitle}>
            <NoticeRows rows={draft.notices} onChange={(notices) => fields.set('notices', notices)} />
          </Panel>
          <FailureAlert failure={create.failure} />
          <Group justify="flex-end">
            <Button type="submit" size="md" loading={create.busy}>
              {m.seller.create}
            </Button>
          </Group>
        </Stack>
      </form>
    </>
  );
}

function Panel({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper component="section" withBorder p="md" radius="lg">
      <Title order={2} size="h4" mb="sm">
        {title}
      </Title>
      <Stack>{children}</Stack>
    </Paper>
  );
}

function Problem({ text }: { text: string }) {
  return (
    <Text role="alert" size="sm" c="var(--mantine-color-error)">
      {text}
    </Text>
  );
}

interface CategoryProps {
  value: string;
  onChange: (id: string) => void;
  error: string | undefined;
}

/** Products belong to leaves of the category tree, shown with their whole path. */
function CategorySelect({ value, onChange, error }: CategoryProps) {
  const { m } = useI18n();
  const { data } = useApiQuery(CategoryChoicesDocument, {}, { policy: 'cache-first' });
  const leaves = leafCategories(data?.categories ?? []);
  return (
    <NativeSelect
      label={m.seller.category}
      required
      value={value}
      error={error}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={[
        { value: '', label: m.seller.categoryPick },
        ...leaves,
      ]}
    />
  );
}
