import { Button, Group, Stack, TextInput } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { fieldMessage } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { PageTitle } from '../ui/PageTitle';
import { useToast } from '../ui/toast';
import { measureAll, noTexts, noVariant, optionErrors, productInput, textErrors, type OptionsDraft } from './draft';
import { VariantRows } from './DraftRows';
import { NoticePanel } from './NoticePanel';
import { CreateProductDocument } from './operations';
import { BasicsPanel, ImagesPanel, Panel, Problem } from './ProductFields';
import { useOwnSeller } from './SellerArea';

export function NewProductPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [badImage, setBadImage] = useState(false);
  const create = useAction(CreateProductDocument, (data) => data.createProduct, ['Product']);
  const texts = useFields(noTexts, (values) => textErrors(m, values));
  const options = useFields<OptionsDraft>({ optionName: '', variants: [noVariant] }, (values) => optionErrors(m, values));
  const { optionName, variants } = options.values;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isGood = [texts.check(form.current), options.check(form.current)].every(Boolean);
    const images = await measureAll(texts.values.images);
    setBadImage(images === null);
    if (!isGood || images === null) return;
    const payload = await create.run({ input: productInput(seller.id, texts.values, options.values, images) });
    if (!payload) return;
    toast(m.seller.created);
    await navigate('/seller/products?state=DRAFT');
  };

  return (
    <>
      <PageTitle title={m.seller.createTitle} />
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="lg">
          <BasicsPanel fields={texts} failure={create.failure} />
          <Panel title={m.seller.optionsTitle}>
            <TextInput
              label={m.seller.optionName}
              description={m.seller.optionNameHint}
              maw={320}
              maxLength={30}
              value={optionName}
              onChange={(event) => options.set('optionName', event.currentTarget.value)}
              error={options.errors.optionName ?? fieldMessage(create.failure, 'options')}
            />
            <VariantRows
              rows={variants}
              withValue={optionName.trim() !== ''}
              onChange={(rows) => options.set('variants', rows)}
            />
            {options.errors.variants !== undefined && <Problem text={options.errors.variants} />}
          </Panel>
          <ImagesPanel fields={texts} isBad={badImage} />
          <NoticePanel fields={texts} failure={create.failure} />
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
