import type { VariantChoiceFragment } from './operations';

export interface Option {
  name: string;
  values: readonly string[];
}

/** One chosen value an option, in the options' order; null where nothing is chosen yet. */
export type Selection = readonly (string | null)[];

export function canBuy(variant: VariantChoiceFragment): boolean {
  return variant.sellable && variant.availability.inStock;
}

/** What is chosen before anyone chooses: the only variant there is, or nothing. */
export function firstSelection(options: readonly Option[], variants: readonly VariantChoiceFragment[]): Selection {
  const only = variants.length === 1 ? variants[0] : undefined;
  return options.map((_, index) => only?.optionValues[index] ?? null);
}

/** The variant a complete selection names. */
export function chosenVariant(
  variants: readonly VariantChoiceFragment[],
  selection: Selection,
): VariantChoiceFragment | undefined {
  if (selection.length === 0) return variants.length === 1 ? variants[0] : undefined;
  if (selection.includes(null)) return undefined;
  return variants.find((variant) => selection.every((value, index) => variant.optionValues[index] === value));
}

/** Whether some variant with this value, beside what else is chosen, can be bought. */
export function valueCanBuy(
  variants: readonly VariantChoiceFragment[],
  selection: Selection,
  optionIndex: number,
  value: string,
): boolean {
  return variants.some(
    (variant) =>
      canBuy(variant) &&
      variant.optionValues[optionIndex] === value &&
      selection.every((chosen, index) => index === optionIndex || chosen === null || variant.optionValues[index] === chosen),
  );
}

/** How many may go into one order line. */
export function mostAtOnce(variant: VariantChoiceFragment | undefined): number {
  const remaining = variant?.availability.remaining;
  return remaining === null || remaining === undefined ? 99 : Math.max(1, Math.min(99, remaining));
}
