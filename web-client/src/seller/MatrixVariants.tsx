import { Button, Checkbox, Group, NativeSelect, Table, Text, TextInput } from '@mantine/core';
import { useI18n } from '../i18n';
import { isAmount } from './draft';
import {
  axes,
  missingChoices,
  withAllMissing,
  withVariant,
  type Choices,
  type KeptVariant,
  type Matrix,
  type NewVariant,
} from './matrix';

interface Props {
  matrix: Matrix;
  isFixed: boolean;
  /** Whether what is empty is to be marked. */
  isChecked: boolean;
  onChange: (matrix: Matrix) => void;
}

/** The combinations that are on offer, and those that are to be. */
export function MatrixVariants(props: Props) {
  const { matrix, onChange } = props;
  const { m } = useI18n();
  const options = axes(matrix);
  return (
    <>
      <Table.ScrollContainer minWidth={420 + 130 * options.length} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{m.seller.sku}</Table.Th>
              {options.map((option, at) => (
                <Table.Th key={option.key} scope="col">
                  {option.name || m.goods.optionNameOf(at + 1)}
                </Table.Th>
              ))}
              <Table.Th scope="col">{m.seller.price}</Table.Th>
              <Table.Th scope="col">{m.seller.initialStock}</Table.Th>
              <Table.Th scope="col">{m.admin.state}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {matrix.kept.map((variant, index) => (
              <KeptRow key={variant.id} {...props} variant={variant} position={index + 1} />
            ))}
            {matrix.added.map((variant, index) => (
              <NewRow key={variant.key} {...props} variant={variant} position={matrix.kept.length + index + 1} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <Group gap="xs">
        <Button size="xs" variant="light" onClick={() => onChange(withVariant(matrix))}>
          {m.goods.addRow}
        </Button>
        {options.length > 0 && (
          <Button
            size="xs"
            variant="light"
            disabled={missingChoices(matrix).length === 0}
            onClick={() => onChange(withAllMissing(matrix))}
          >
            {m.goods.fill}
          </Button>
        )}
      </Group>
    </>
  );
}

function KeptRow({ matrix, isFixed, isChecked, onChange, variant, position }: Props & { variant: KeptVariant; position: number }) {
  const { m, format } = useI18n();
  const set = (change: Partial<KeptVariant>) =>
    onChange({ ...matrix, kept: matrix.kept.map((one) => (one.id === variant.id ? { ...one, ...change } : one)) });
  return (
    <Table.Tr>
      <Table.Td>
        <TextInput
          w={130}
          aria-label={m.goods.skuOf(position)}
          maxLength={64}
          disabled={variant.ended}
          value={variant.sku}
          error={isChecked && variant.sku.trim() === ''}
          onChange={(event) => set({ sku: event.currentTarget.value })}
        />
      </Table.Td>
      <ChoiceCells
        matrix={matrix}
        position={position}
        choices={variant.choices}
        isStill={variant.ended || (isFixed && variant.choices.every((choice) => choice !== null))}
        isChecked={isChecked && !variant.ended}
        onChange={(choices) => set({ choices })}
      />
      <Table.Td>{format.won(variant.price)}</Table.Td>
      <Table.Td>–</Table.Td>
      <Table.Td>
        <Checkbox
          label={m.goods.end}
          aria-label={m.goods.endOf(variant.sku)}
          checked={variant.ended}
          onChange={(event) => set({ ended: event.currentTarget.checked })}
        />
      </Table.Td>
    </Table.Tr>
  );
}

function NewRow({ matrix, isChecked, onChange, variant, position }: Props & { variant: NewVariant; position: number }) {
  const { m } = useI18n();
  const set = (change: Partial<NewVariant>) =>
    onChange({ ...matrix, added: matrix.added.map((one) => (one.key === variant.key ? { ...one, ...change } : one)) });
  const text = (name: 'sku' | 'price' | 'stock', label: string, isGood: boolean) => ({
    'aria-label': label,
    value: variant[name],
    error: isChecked && !isGood,
    onChange: (event: { currentTarget: { value: string } }) => set({ [name]: event.currentTarget.value }),
  });
  return (
    <Table.Tr>
      <Table.Td>
        <TextInput w={130} maxLength={64} {...text('sku', m.goods.skuOf(position), variant.sku.trim() !== '')} />
      </Table.Td>
      <ChoiceCells
        matrix={matrix}
        position={position}
        choices={variant.choices}
        isStill={false}
        isChecked={isChecked}
        onChange={(choices) => set({ choices })}
      />
      <Table.Td>
        <TextInput w={110} inputMode="numeric" {...text('price', m.goods.priceOf(position), isAmount(variant.price))} />
      </Table.Td>
      <Table.Td>
        <TextInput w={80} inputMode="numeric" {...text('stock', m.goods.stockOf(position), isAmount(variant.stock))} />
      </Table.Td>
      <Table.Td>
        <Group gap="xs" wrap="nowrap">
          <Text size="sm">{m.goods.newRow}</Text>
          <Button
            size="compact-sm"
            variant="default"
            aria-label={m.goods.removeRow(position)}
            onClick={() => onChange({ ...matrix, added: matrix.added.filter((one) => one.key !== variant.key) })}
          >
            {m.common.remove}
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  );
}

interface ChoiceProps {
  matrix: Matrix;
  position: number;
  choices: Choices;
  isStill: boolean;
  isChecked: boolean;
  onChange: (choices: Choices) => void;
}

/** A variant's value of each option. */
function ChoiceCells({ matrix, position, choices, isStill, isChecked, onChange }: ChoiceProps) {
  const { m } = useI18n();
  return axes(matrix).map((option, at) => (
    <Table.Td key={option.key}>
      <NativeSelect
        w={120}
        aria-label={m.goods.choiceOf(option.name || m.goods.optionNameOf(at + 1), position)}
        disabled={isStill}
        value={choices[at] ?? ''}
        error={isChecked && (choices[at] ?? null) === null}
        onChange={(event) => {
          const key = event.currentTarget.value === '' ? null : Number(event.currentTarget.value);
          onChange(matrix.options.map((_, index) => (index === at ? key : (choices[index] ?? null))));
        }}
        data={[
          { value: '', label: m.goods.choose },
          ...option.values.map((value) => ({ value: String(value.key), label: value.text })),
        ]}
      />
    </Table.Td>
  ));
}
