import { isAmount } from './draft';
import type { OptionKind, OwnProductQuery, UpdateProductOptionsInput } from './operations';

type Product = NonNullable<OwnProductQuery['product']>;

/** A value of an option. Variants refer to its key, so that it can be called otherwise. */
export interface ValueDraft {
  key: number;
  text: string;
}

export interface OptionDraft {
  key: number;
  name: string;
  values: readonly ValueDraft[];
}

/** The keys of a variant's values, one for each option; null where none is chosen. */
export type Choices = readonly (number | null)[];

export interface KeptVariant {
  id: string;
  sku: string;
  price: number;
  choices: Choices;
  ended: boolean;
}

export interface NewVariant {
  key: number;
  sku: string;
  price: string;
  stock: string;
  choices: Choices;
}

/** A product's options and variants, as they are edited. */
export interface Matrix {
  kind: OptionKind;
  options: readonly OptionDraft[];
  kept: readonly KeptVariant[];
  added: readonly NewVariant[];
  /** The next key that nothing has. */
  next: number;
}

export type MatrixInput = Omit<UpdateProductOptionsInput, 'dryRun'>;

export const mostOptions = 3;
const mostVariants = 500;

export function matrixOf({ optionKind, options, variants }: Product): Matrix {
  let next = 1;
  const drafts = options.map((option) => ({
    key: next++,
    name: option.name,
    values: option.values.map((text) => ({ key: next++, text })),
  }));
  const kept = variants.map(({ id, sku, price, optionValues }) => ({
    id,
    sku,
    price: price.amount,
    choices: drafts.map((option, at) => option.values.find((value) => value.text === optionValues[at])?.key ?? null),
    ended: false,
  }));
  return { kind: optionKind, options: drafts, kept, added: [], next };
}

function withChoices(matrix: Matrix, change: (choices: Choices) => Choices): Matrix {
  return {
    ...matrix,
    kept: matrix.kept.map((variant) => ({ ...variant, choices: change(variant.choices) })),
    added: matrix.added.map((variant) => ({ ...variant, choices: change(variant.choices) })),
  };
}

export function withOption(matrix: Matrix): Matrix {
  const option = { key: matrix.next, name: '', values: [{ key: matrix.next + 1, text: '' }] };
  const grown = { ...matrix, options: [...matrix.options, option], next: matrix.next + 2 };
  return withChoices(grown, (choices) => [...choices, null]);
}

export function withoutOption(matrix: Matrix, at: number): Matrix {
  const shrunk = { ...matrix, options: matrix.options.filter((_, index) => index !== at) };
  return withChoices(shrunk, (choices) => choices.filter((_, index) => index !== at));
}

export function withOptionChanged(matrix: Matrix, at: number, change: Partial<OptionDraft>): Matrix {
  return { ...matrix, options: matrix.options.map((option, index) => (index === at ? { ...option, ...change } : option)) };
}

export function withValue(matrix: Matrix, at: number): Matrix {
  const values = [...(matrix.options[at]?.values ?? []), { key: matrix.next, text: '' }];
  return { ...withOptionChanged(matrix, at, { values }), next: matrix.next + 1 };
}

export function withoutValue(matrix: Matrix, at: number, key: number): Matrix {
  const values = (matrix.options[at]?.values ?? []).filter((value) => value.key !== key);
  return withChoices(withOptionChanged(matrix, at, { values }), (choices) =>
    choices.map((choice) => (choice === key ? null : choice)),
  );
}

/** The options by which variants differ: none where the buyer writes them. */
export function axes(matrix: Matrix): readonly OptionDraft[] {
  return matrix.kind === 'TEXT' ? [] : matrix.options;
}

function nextSku(matrix: Matrix, taken: ReadonlySet<string>): string {
  const stem = matrix.kept[0]?.sku ?? matrix.added[0]?.sku ?? '';
  if (stem === '') return '';
  let number = taken.size + 1;
  while (taken.has(`${stem}-${number}`)) number += 1;
  return `${stem}-${number}`;
}

function skus(matrix: Matrix): Set<string> {
  const live = matrix.kept.filter((variant) => !variant.ended);
  return new Set([...live, ...matrix.added].map((variant) => variant.sku.trim()));
}

/** With one more variant, which costs what the first one does and has a SKU that is free. */
export function withVariant(matrix: Matrix, choices: Choices = axes(matrix).map(() => null)): Matrix {
  const first = matrix.kept[0];
  const price = first ? String(first.price) : (matrix.added[0]?.price ?? '');
  const variant = { key: matrix.next, sku: nextSku(matrix, skus(matrix)), price, stock: '0', choices };
  return { ...matrix, added: [...matrix.added, variant], next: matrix.next + 1 };
}

/** The combinations of all values that no variant on offer has. */
export function missingChoices(matrix: Matrix): readonly Choices[] {
  let all: number[][] = [[]];
  for (const option of axes(matrix)) {
    all = all.flatMap((choices) => option.values.map((value) => [...choices, value.key]));
  }
  const live = [...matrix.kept.filter((variant) => !variant.ended), ...matrix.added];
  const taken = new Set(live.map((variant) => variant.choices.join()));
  return all.filter((choices) => !taken.has(choices.join())).slice(0, Math.max(0, mostVariants - live.length));
}

export function withAllMissing(matrix: Matrix): Matrix {
  return missingChoices(matrix).reduce(withVariant, matrix);
}

function texts(matrix: Matrix, choices: Choices): string[] {
  return axes(matrix).map((option, at) => option.values.find((value) => value.key === choices[at])?.text.trim() ?? '');
}

/** Whether everything that the API needs is filled in; what it means is the API's to check. */
export function isComplete(matrix: Matrix): boolean {
  const live = matrix.kept.filter((variant) => !variant.ended);
  const named = matrix.options.every((option) => option.name.trim() !== '');
  const valued = axes(matrix).every((option) => option.values.length > 0 && option.values.every((value) => value.text.trim() !== ''));
  const chosen = [...live, ...matrix.added].every(
    (variant) => variant.sku.trim() !== '' && axes(matrix).every((_, at) => (variant.choices[at] ?? null) !== null),
  );
  const priced = matrix.added.every((variant) => isAmount(variant.price) && isAmount(variant.stock));
  return named && valued && chosen && priced && live.length + matrix.added.length > 0;
}

/** What the edit comes to for the API; null when nothing is changed. */
export function matrixInput(product: Product, matrix: Matrix): MatrixInput | null {
  const options = matrix.options.map((option) => ({
    name: option.name.trim(),
    values: matrix.kind === 'TEXT' ? [] : option.values.map((value) => value.text.trim()),
  }));
  const changeVariants = matrix.kept
    .filter((variant) => !variant.ended)
    .flatMap((variant) => {
      const before = product.variants.find((one) => one.id === variant.id);
      const values = texts(matrix, variant.choices);
      const sku = variant.sku.trim() === before?.sku ? null : variant.sku.trim();
      const optionValues = values.join('\n') === before?.optionValues.join('\n') ? null : values;
      return sku === null && optionValues === null ? [] : [{ variantId: variant.id, sku, optionValues }];
    });
  const addVariants = matrix.added.map((variant) => ({
    sku: variant.sku.trim(),
    optionValues: texts(matrix, variant.choices),
    price: Number(variant.price),
    listPrice: null,
    initialStock: Number(variant.stock),
  }));
  const endVariants = matrix.kept.filter((variant) => variant.ended).map((variant) => variant.id);
  const before = product.options.map(({ name, values }) => ({ name, values }));
  const sameOptions = matrix.kind === product.optionKind && JSON.stringify(options) === JSON.stringify(before);
  if (sameOptions && changeVariants.length + addVariants.length + endVariants.length === 0) return null;
  return { productId: product.id, optionKind: matrix.kind, options, addVariants, changeVariants, endVariants };
}
