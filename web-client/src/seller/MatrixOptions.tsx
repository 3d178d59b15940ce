import { Button, CloseButton, Group, NativeSelect, Paper, SimpleGrid, Stack, TextInput } from '@mantine/core';
import { useI18n } from '../i18n';
import {
  mostOptions,
  withOption,
  withOptionChanged,
  withoutOption,
  withoutValue,
  withValue,
  type Matrix,
  type OptionDraft,
} from './matrix';
import type { OptionKind } from './operations';

interface Props {
  matrix: Matrix;
  /** Whether the values of variants that are there have to stay, since buyers know them. */
  isFixed: boolean;
  onChange: (matrix: Matrix) => void;
}

const kinds: readonly OptionKind[] = ['SINGLE', 'COMBINATION', 'TEXT'];

/** A product's options with their values. A value that is called otherwise is so in every variant that has it. */
export function MatrixOptions({ matrix, isFixed, onChange }: Props) {
  const { m } = useI18n();
  const most = matrix.kind === 'SINGLE' ? 1 : mostOptions;
  return (
    <Stack>
      <NativeSelect
        label={m.goods.optionKind}
        maw={360}
        value={matrix.kind}
        onChange={(event) => onChange({ ...matrix, kind: event.currentTarget.value as OptionKind })}
        data={kinds.map((kind) => ({ value: kind, label: m.goods.optionKinds[kind] }))}
      />
      {matrix.options.map((option, at) => (
        <Paper key={option.key} p="sm" radius="md" bg="gray.0">
          <Group align="flex-end" mb="xs">
            <TextInput
              label={m.goods.optionNameOf(at + 1)}
              required
              maxLength={30}
              value={option.name}
              onChange={(event) => onChange(withOptionChanged(matrix, at, { name: event.currentTarget.value }))}
            />
            <Button
              size="compact-sm"
              variant="default"
              mb={6}
              aria-label={m.goods.removeOption(option.name || String(at + 1))}
              onClick={() => onChange(withoutOption(matrix, at))}
            >
              {m.common.remove}
            </Button>
          </Group>
          {matrix.kind !== 'TEXT' && (
            <Values matrix={matrix} option={option} at={at} isFixed={isFixed} onChange={onChange} />
          )}
        </Paper>
      ))}
      {matrix.options.length < most && (
        <div>
          <Button size="xs" variant="light" onClick={() => onChange(withOption(matrix))}>
            {m.goods.addOption}
          </Button>
        </div>
      )}
    </Stack>
  );
}

function Values({ matrix, option, at, isFixed, onChange }: Props & { option: OptionDraft; at: number }) {
  const { m } = useI18n();
  const name = option.name || m.goods.optionNameOf(at + 1);
  const isUsed = (key: number) => matrix.kept.some((variant) => !variant.ended && variant.choices[at] === key);
  const rename = (key: number, text: string) => {
    const values = option.values.map((value) => (value.key === key ? { ...value, text } : value));
    onChange(withOptionChanged(matrix, at, { values }));
  };
  return (
    <>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {option.values.map((value, index) => {
          const stays = isFixed && isUsed(value.key);
          return (
            <TextInput
              key={value.key}
              aria-label={m.goods.valueOf(name, index + 1)}
              maxLength={50}
              value={value.text}
              readOnly={stays}
              onChange={(event) => rename(value.key, event.currentTarget.value)}
              rightSection={
                !stays && (
                  <CloseButton
                    size="sm"
                    aria-label={m.goods.removeValue(value.text || m.goods.valueOf(name, index + 1))}
                    onClick={() => onChange(withoutValue(matrix, at, value.key))}
                  />
                )
              }
            />
          );
        })}
      </SimpleGrid>
      <Button
        mt="xs"
        size="compact-sm"
        variant="light"
        aria-label={m.goods.addValueTo(name)}
        onClick={() => onChange(withValue(matrix, at))}
      >
        {m.goods.addValue}
      </Button>
    </>
  );
}
