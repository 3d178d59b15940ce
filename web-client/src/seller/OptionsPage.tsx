import { Button, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useToast } from '../ui/toast';
import { isComplete, matrixInput, matrixOf, type Matrix } from './matrix';
import { MatrixOptions } from './MatrixOptions';
import { MatrixPreview, type Preview } from './MatrixPreview';
import { MatrixVariants } from './MatrixVariants';
import { UpdateProductOptionsDocument } from './operations';
import { OwnProductPage, type OwnProduct } from './OwnProduct';
import { Panel, Problem } from './ProductFields';

/** Edits a product's options and variants at once, after a look at what would change. */
export default function OptionsPage() {
  const { m } = useI18n();
  return <OwnProductPage title={m.goods.matrixTitle}>{(product) => <Editor key={product.id} product={product} />}</OwnProductPage>;
}

function Editor({ product }: { product: OwnProduct }) {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const [matrix, setMatrix] = useState(() => matrixOf(product));
  const [problem, setProblem] = useState<string | null>(null);
  const [preview, setPreview] = useState<Preview | null>(null);
  const look = useAction(UpdateProductOptionsDocument, (data) => data.updateProductOptions);
  const apply = useAction(UpdateProductOptionsDocument, (data) => data.updateProductOptions, [
    'Product',
    'ProductVariant',
    'StockItem',
  ]);
  const isFixed = product.publishedAt !== null;
  const change = (next: Matrix) => {
    setMatrix(next);
    setPreview(null);
    setProblem(null);
  };
  const show = async () => {
    const input = matrixInput(product, matrix);
    const found = !isComplete(matrix) ? m.goods.incomplete : input === null ? m.goods.unchanged : null;
    setProblem(found);
    if (found !== null || input === null) return;
    setPreview(await look.run({ input: { ...input, dryRun: true } }));
  };
  const carryOut = async () => {
    const input = matrixInput(product, matrix);
    if (input === null || !(await apply.run({ input: { ...input, dryRun: false } }))) return;
    toast(m.goods.applied);
    await navigate('/seller/products');
  };
  return (
    <Stack gap="lg">
      <Text fw={600}>{product.title}</Text>
      <Panel title={m.goods.optionsPanel}>
        <MatrixOptions matrix={matrix} isFixed={isFixed} onChange={change} />
      </Panel>
      <Panel title={m.goods.matrixPanel}>
        {isFixed && (
          <Text size="sm" c="dimmed">
            {m.goods.fixedNote}
          </Text>
        )}
        <MatrixVariants matrix={matrix} isFixed={isFixed} isChecked={problem === m.goods.incomplete} onChange={change} />
        {problem !== null && <Problem text={problem} />}
        <FailureAlert failure={look.failure} />
        <Group>
          <Button variant={preview ? 'default' : 'filled'} loading={look.busy} onClick={() => void show()}>
            {m.goods.preview}
          </Button>
        </Group>
      </Panel>
      {preview && (
        <MatrixPreview preview={preview} busy={apply.busy} failure={apply.failure} onApply={() => void carryOut()} />
      )}
    </Stack>
  );
}
