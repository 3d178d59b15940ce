import { Button, Group, List, Text, Title } from '@mantine/core';
import type { Failure } from '../api/failure';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import type { UpdateProductOptionsMutation } from './operations';
import { Panel } from './ProductFields';

export type Preview = UpdateProductOptionsMutation['updateProductOptions'];

interface Props {
  preview: Preview;
  busy: boolean;
  failure: Failure | null;
  onApply: () => void;
}

/** What an edit of the options would change, and the button that carries it out. */
export function MatrixPreview({ preview, busy, failure, onApply }: Props) {
  const { m, format } = useI18n();
  const added = preview.added.map((one) =>
    m.goods.addedLine(one.name, one.sku, format.won(one.price.amount), one.initialStock),
  );
  const changed = preview.changed.map(({ variant, nameBefore, skuBefore }) =>
    m.goods.changedLine(m.goods.variantLine(nameBefore, skuBefore), m.goods.variantLine(variant.name, variant.sku)),
  );
  const ended = preview.ended.map((one) => m.goods.variantLine(one.name, one.sku));
  const parts: [string, string[]][] = [
    [m.goods.previewAdded(added.length), added],
    [m.goods.previewChanged(changed.length), changed],
    [m.goods.previewEnded(ended.length), ended],
  ];
  const shown = parts.filter(([, lines]) => lines.length > 0);
  return (
    <div role="status">
      <Panel title={m.goods.previewTitle}>
        <Text size="sm" c="dimmed">
          {m.goods.previewNote}
        </Text>
        {shown.length === 0 && <Text>{m.goods.previewOptions}</Text>}
        {shown.map(([title, lines]) => (
          <div key={title}>
            <Title order={3} size="h6">
              {title}
            </Title>
            <List size="sm">
              {lines.map((line, index) => (
                <List.Item key={index}>{line}</List.Item>
              ))}
            </List>
          </div>
        ))}
        <FailureAlert failure={failure} />
        <Group justify="flex-end">
          <Button loading={busy} onClick={onApply}>
            {m.goods.apply}
          </Button>
        </Group>
      </Panel>
    </div>
  );
}
