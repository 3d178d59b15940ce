import { describe, expect, it } from 'vitest';
import { ko } from '../i18n/ko';
import { draftErrors, noVariant, productInput, type ProductDraft } from './draft';
import { leafCategories } from './leafCategories';

const draft: ProductDraft = {
  title: ' 린넨 셔츠 ',
  summary: '',
  description: '설명',
  categoryId: 'cat_1',
  origin: '국산',
  taxFree: false,
  adultOnly: false,
  optionName: '색상',
  variants: [
    { value: '흰색', sku: 'W', price: '10000', stock: '5' },
    { value: '검정', sku: 'B', price: '10000', stock: '0' },
  ],
  images: [],
  notices: [
    { name: '제조국', value: '대한민국' },
    { name: '품질보증기준', value: ' ' },
  ],
};

describe('a new product', () => {
  it('becomes the input of the API', () => {
    expect(draftErrors(ko, draft)).toEqual({});
    expect(productInput('sel_1', draft, [])).toMatchObject({
      title: '린넨 셔츠',
      summary: null,
      options: [{ name: '색상', values: ['흰색', '검정'] }],
      variants: [
        { sku: 'W', optionValues: ['흰색'], price: 10000, listPrice: null, initialStock: 5 },
        { sku: 'B', optionValues: ['검정'], price: 10000, listPrice: null, initialStock: 0 },
      ],
      notices: [{ name: '제조국', value: '대한민국' }],
    });
  });

  it('is refused where it cannot be sold', () => {
    expect(draftErrors(ko, { ...draft, optionName: '' })).toHaveProperty('optionName');
    expect(draftErrors(ko, { ...draft, variants: [{ ...noVariant, sku: 'W', price: '1.5' }] })).toHaveProperty('variants');
    expect(draftErrors(ko, { ...draft, title: ' ', categoryId: '' })).toMatchObject({ title: ko.forms.needed });
  });
});

describe('leafCategories', () => {
  const root = { id: 'r', name: '패션', path: [{ id: 'r', name: '패션' }], children: [{ id: 'c', name: '셔츠' }] };

  it('finds leaves in a list of roots and in a list of everything', () => {
    const leaf = { id: 'c', name: '셔츠', path: [...root.path, { id: 'c', name: '셔츠' }], children: [] };
    const expected = [{ value: 'c', label: '패션 › 셔츠' }];
    expect(leafCategories([root])).toEqual(expected);
    expect(leafCategories([root, leaf])).toEqual(expected);
  });
});
