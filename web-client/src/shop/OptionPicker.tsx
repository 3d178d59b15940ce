import { Stack } from '@mantine/core';
import { useI18n } from '../i18n';
import type { VariantChoiceFragment } from './operations';
import styles from './shop.module.css';
import { canBuy, valueCanBuy, type Option, type Selection } from './variants';

interface Props {
  options: readonly Option[];
  variants: readonly VariantChoiceFragment[];
  selection: Selection;
  variantId: string | undefined;
  onSelect: (selection: Selection) => void;
  onVariant: (id: string) => void;
}

/** Radio buttons for every option, or for the variants themselves where a product has no options. */
export function OptionPicker({ options, variants, selection, variantId, onSelect, onVariant }: Props) {
  const { m } = useI18n();
  if (options.length === 0) {
    if (variants.length < 2) return null;
    return (
      <Choices
        legend={m.shop.variant}
        name="variant"
        choices={variants.map((variant) => ({ value: variant.id, label: variant.name, enabled: canBuy(variant) }))}
        chosen={variantId ?? null}
        onChoose={onVariant}
      />
    );
  }
  return (
    <Stack gap="md">
      {options.map((option, index) => (
        <Choices
          key={option.name}
          legend={option.name}
          name={`option-${index}`}
          choices={option.values.map((value) => ({
            value,
            label: value,
            enabled: valueCanBuy(variants, selection, index, value),
          }))}
          chosen={selection[index] ?? null}
          onChoose={(value) => onSelect(selection.map((current, at) => (at === index ? value : current)))}
        />
      ))}
    </Stack>
  );
}

interface ChoicesProps {
  legend: string;
  name: string;
  choices: readonly { value: string; label: string; enabled: boolean }[];
  chosen: string | null;
  onChoose: (value: string) => void;
}

function Choices({ legend, name, choices, chosen, onChoose }: ChoicesProps) {
  const { m } = useI18n();
  return (
    <fieldset>
      <legend className={styles.legend}>{legend}</legend>
      <div className={styles.options}>
        {choices.map((choice) => (
          <label key={choice.value} className={styles.option}>
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={chosen === choice.value}
              disabled={!choice.enabled && chosen !== choice.value}
              aria-label={choice.enabled ? choice.label : `${choice.label} (${m.shop.soldOut})`}
              onChange={() => onChoose(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
