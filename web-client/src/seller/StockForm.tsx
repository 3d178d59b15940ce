import { Button, Group, Table, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { attempts } from '../api/client';
import { mayRetry } from '../api/failure';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { useToast } from '../ui/toast';
import { AdjustStockDocument } from './operations';
import type { OwnProduct } from './SellerProductsPage';

/** A product's stock by option, with one adjustment for as many of them as are filled in. */
export function StockForm({ product }: { product: OwnProduct }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [deltas, setDeltas] = useState<Record<string, string>>({});
  const [reason, setReason] = useState('');
  const [checked, setChecked] = useState(false);
  const adjust = useAction(AdjustStockDocument, (data) => data.adjustStock, ['StockItem', 'ProductVariant']);
  const isDelta = (text: string) => /^[+-]?\d{1,7}$/.test(text.trim());
  const filled = Object.entries(deltas).filter(([, text]) => text.trim() !== '');
  const good = filled.length > 0 && filled.every(([, text]) => isDelta(text)) && reason.trim() !== '';

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!good) return;
    const adjustments = filled.map(([variantId, text]) => ({ variantId, delta: Number(text) }));
    const input = { adjustments, reason: reason.trim() };
    const action = `adjustStock.${product.id}`;
    const payload = await adjust.run({ input }, attempts.keyFor(action, input));
    const failure = adjust.lastFailure();
    if (payload || (failure && !mayRetry(failure))) attempts.end(action);
    if (!payload) return;
    setDeltas({});
    setReason('');
    setChecked(false);
    toast(m.seller.adjusted);
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Table.ScrollContainer minWidth={460} mt="md">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{m.seller.sku}</Table.Th>
              <Table.Th scope="col">{m.seller.onHand}</Table.Th>
              <Table.Th scope="col">{m.seller.reserved}</Table.Th>
              <Table.Th scope="col">{m.seller.available}</Table.Th>
              <Table.Th scope="col">{m.seller.delta}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {product.variants.map((variant) => (
              <Table.Tr key={variant.id}>
                <Table.Th scope="row">
                  {variant.name === '' ? variant.sku : `${variant.name} (${variant.sku})`}
                </Table.Th>
                <Table.Td>{format.number(variant.stock?.onHand ?? 0)}</Table.Td>
                <Table.Td>{format.number(variant.stock?.reserved ?? 0)}</Table.Td>
                <Table.Td>{format.number(variant.stock?.available ?? 0)}</Table.Td>
                <Table.Td>
                  <TextInput
                    w={90}
                    inputMode="text"
                    placeholder="+10"
                    aria-label={m.seller.deltaOf(variant.sku)}
                    value={deltas[variant.id] ?? ''}
                    error={checked && (deltas[variant.id] ?? '') !== '' && !isDelta(deltas[variant.id] ?? '')}
                    onChange={(event) => {
                      const text = event.currentTarget.value;
                      setDeltas((current) => ({ ...current, [variant.id]: text }));
                    }}
                  />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group align="flex-end" mt="sm">
        <TextInput
          label={m.seller.adjustReason}
          required
          maxLength={200}
          style={{ flex: 1 }}
          value={reason}
          error={checked && reason.trim() === '' ? m.forms.needed : undefined}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Button type="submit" loading={adjust.busy}>
          {m.seller.adjust}
        </Button>
      </Group>
      <FailureAlert failure={adjust.failure} />
    </form>
  );
}
