import { describe, expect, it } from 'vitest';
import {
  isComplete,
  matrixInput,
  matrixOf,
  missingChoices,
  withAllMissing,
  withOption,
  withOptionChanged,
  withoutOption,
  withoutValue,
  withValue,
  withVariant,
  type Matrix,
} from './matrix';

type Product = Parameters<typeof matrixOf>[0];

const variant = (sku: string, ...optionValues: string[]) => ({
  id: `var_${sku}`,
  sku,
  name: optionValues.join(' / '),
  optionValues,
  price: { amount: 10_000 },
});

const product: Product = {
  id: 'prd_1',
  title: '셔츠',
  summary: null,
  description: '',
  state: 'ON_SALE',
  rejectionReason: null,
  publishedAt: null,
  origin: '국산',
  taxFree: false,
  adultOnly: false,
  category: { id: 'cat_1', name: '셔츠' },
  images: [],
  noticeKind: null,
  notices: [],
  kc: null,
  optionKind: 'COMBINATION',
  options: [
    { name: '색상', values: ['흰색', '검정'] },
    { name: '크기', values: ['M', 'L'] },
  ],
  variants: [variant('A', '흰색', 'M'), variant('B', '검정', 'M')],
};

const valueOf = (matrix: Matrix, option: number, text: string) =>
  matrix.options[option]?.values.find((value) => value.text === text)?.key ?? -1;

describe('an option matrix', () => {
  it('is nothing to send while nothing is changed', () => {
    const matrix = matrixOf(product);
    expect(isComplete(matrix)).toBe(true);
    expect(matrixInput(product, matrix)).toBeNull();
  });

  it('calls a value otherwise in all variants that have it', () => {
    const matrix = matrixOf(product);
    const values = (matrix.options[0]?.values ?? []).map((value) => (value.text === '검정' ? { ...value, text: ' 먹색 ' } : value));
    expect(matrixInput(product, withOptionChanged(matrix, 0, { values }))).toMatchObject({
      options: [{ name: '색상', values: ['흰색', '먹색'] }, product.options[1]],
      changeVariants: [{ variantId: 'var_B', sku: null, optionValues: ['먹색', 'M'] }],
      addVariants: [],
      endVariants: [],
    });
  });

  it('grows by all combinations that are missing, with SKUs that are free', () => {
    const matrix = withAllMissing(matrixOf(product));
    expect(missingChoices(matrix)).toEqual([]);
    expect(matrixInput(product, matrix)?.addVariants).toEqual([
      { sku: 'A-3', optionValues: ['흰색', 'L'], price: 10_000, listPrice: null, initialStock: 0 },
      { sku: 'A-4', optionValues: ['검정', 'L'], price: 10_000, listPrice: null, initialStock: 0 },
    ]);
  });

  it('ends variants, whose combinations are free again', () => {
    const matrix = matrixOf(product);
    const ended = { ...matrix, kept: matrix.kept.map((one) => ({ ...one, ended: one.sku === 'A' })) };
    expect(matrixInput(product, ended)).toMatchObject({ changeVariants: [], endVariants: ['var_A'] });
    const missing = missingChoices(ended).map((choices) => choices.join());
    expect(missing).toContain([valueOf(matrix, 0, '흰색'), valueOf(matrix, 1, 'M')].join());
    expect(isComplete({ ...ended, kept: ended.kept.map((one) => ({ ...one, ended: true })) })).toBe(false);
  });

  it('needs a value of every option for every variant', () => {
    const grown = withOption(matrixOf(product));
    expect(isComplete(grown)).toBe(false);
    expect(matrixInput(product, withoutOption(grown, 2))).toBeNull();
    const matrix = matrixOf(product);
    expect(isComplete(withoutValue(matrix, 0, valueOf(matrix, 0, '검정')))).toBe(false);
    expect(isComplete(withValue(matrix, 0))).toBe(false);
    expect(isComplete(withVariant(matrix))).toBe(false);
  });

  it('has one variant and no values where the buyer writes them', () => {
    const matrix = matrixOf({ ...product, options: [{ name: '각인', values: [] }], variants: [variant('A')], optionKind: 'TEXT' });
    expect(isComplete(matrix)).toBe(true);
    const single = { ...matrix, kind: 'SINGLE' as const };
    expect(isComplete(single)).toBe(false);
  });
});
