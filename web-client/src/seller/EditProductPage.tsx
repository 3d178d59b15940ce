import { Alert, Button, Group, Stack } from '@mantine/core';
import { useRef, useState, type FormEvent } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useFields } from '../ui/fields';
import { useToast } from '../ui/toast';
import { measureAll, productUpdate, textErrors, textsOf } from './draft';
import { NoticePanel } from './NoticePanel';
import { UpdateProductDocument } from './operations';
import { OwnProductPage, type OwnProduct } from './OwnProduct';
import { BasicsPanel, ImagesPanel } from './ProductFields';

/** Changes what a product says; its options and prices have pages of their own. */
export default function EditProductPage() {
  const { m } = useI18n();
  return <OwnProductPage title={m.goods.editTitle}>{(product) => <EditForm key={product.id} product={product} />}</OwnProductPage>;
}

function EditForm({ product }: { product: OwnProduct }) {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const form = useRef<HTMLFormElement>(null);
  const [badImage, setBadImage] = useState(false);
  const update = useAction(UpdateProductDocument, (data) => data.updateProduct, ['Product']);
  const texts = useFields(textsOf(product), (values) => textErrors(m, values));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const isGood = texts.check(form.current);
    const images = await measureAll(texts.values.images, product.images);
    setBadImage(images === null);
    if (!isGood || images === null) return;
    if (!(await update.run({ input: productUpdate(product.id, texts.values, images) }))) return;
    toast(m.goods.editSaved);
    await navigate('/seller/products');
  };
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
      <Stack gap="lg">
        {product.rejectionReason !== null && product.state === 'DRAFT' && (
          <Alert color="orange">{m.seller.rejectedFor(product.rejectionReason)}</Alert>
        )}
        <BasicsPanel fields={texts} failure={update.failure} category={product.category} />
        <ImagesPanel fields={texts} isBad={badImage} />
        <NoticePanel fields={texts} failure={update.failure} />
        <FailureAlert failure={update.failure} />
        <Group justify="flex-end">
          <Button type="submit" size="md" loading={update.busy}>
            {m.common.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
