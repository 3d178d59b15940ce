import { describe, expect, it } from 'vitest';
import { ko } from '../i18n/ko';
import { noTexts, noVariant, optionErrors, productInput, textErrors, type ProductTexts } from './draft';
import { leafCategories } from './leafCategories';
import {
  extraNotices,
  isBadKc,
  kcDraft,
  kcInput,
  noKc,
  noticeValue,
  withExtras,
  withNotice,
  type KcDraft,
} from './notice';
import type { KcKind } from './operations';

const texts: ProductTexts = {
  ...noTexts,
  title: ' 린넨 셔츠 ',
  description: '설명',
  categoryId: 'cat_1',
  origin: '국산',
  noticeKind: 'CLOTHING',
  notices: [
    { name: '제조국', value: '대한민국' },
    { name: '품질보증기준', value: ' ' },
  ],
};
const options = {
  optionName: '색상',
  variants: [
    { value: '흰색', sku: 'W', price: '10000', stock: '5' },
    { value: '검정', sku: 'B', price: '10000', stock: '0' },
  ],
};

describe('a new product', () => {
  it('becomes the input of the API', () => {
    expect([textErrors(ko, texts), optionErrors(ko, options)]).toEqual([{}, {}]);
    expect(productInput('sel_1', texts, options, [])).toMatchObject({
      title: '린넨 셔츠',
      summary: null,
      options: [{ name: '색상', values: ['흰색', '검정'] }],
      variants: [
        { sku: 'W', optionValues: ['흰색'], price: 10000, listPrice: null, initialStock: 5 },
        { sku: 'B', optionValues: ['검정'], price: 10000, listPrice: null, initialStock: 0 },
      ],
      noticeKind: 'CLOTHING',
      notices: [{ name: '제조국', value: '대한민국' }],
      kc: null,
    });
  });

  it('is refused where it cannot be sold', () => {
    expect(optionErrors(ko, { ...options, optionName: '' })).toHaveProperty('optionName');
    expect(optionErrors(ko, { ...options, variants: [{ ...noVariant, sku: 'W', price: '1.5' }] })).toHaveProperty('variants');
    expect(textErrors(ko, { ...texts, title: ' ', categoryId: '' })).toMatchObject({ title: ko.forms.needed });
    expect(textErrors(ko, { ...texts, kc: { ...noKc, standing: 'CERTIFIED' } })).toEqual({ kc: ko.goods.kcBad });
  });
});

describe('the legal notice', () => {
  const items = ['제조자/수입자', '제조국'];
  const rows = [
    { name: '제조국', value: '대한민국' },
    { name: '관리법', value: '손세탁' },
  ];

  it('has its items, by whatever signs their names are written, and more', () => {
    expect(noticeValue([{ name: '제조자, 수입자', value: '도아' }], '제조자/수입자')).toBe('도아');
    expect(extraNotices(rows, items)).toEqual([{ name: '관리법', value: '손세탁' }]);
    expect(withNotice(rows, '제조자/수입자', '도아')).toContainEqual({ name: '제조자/수입자', value: '도아' });
    expect(withNotice(rows, '제조국', '중국')).toContainEqual({ name: '제조국', value: '중국' });
    expect(withExtras(rows, items, [])).toEqual([{ name: '제조국', value: '대한민국' }]);
  });
});

describe('KC', () => {
  const certified = (kind: KcKind, number: string): KcDraft => ({ ...noKc, standing: 'CERTIFIED', certifications: [{ kind, number }] });

  it('has a number, but for what its supplier declares', () => {
    expect(isBadKc(certified('SAFETY_CERTIFICATION', ''))).toBe(true);
    expect(isBadKc(certified('SAFETY_CERTIFICATION', 'HU071234-21001(A)'))).toBe(false);
    expect(isBadKc(certified('SAFETY_CERTIFICATION', '인증 번호'))).toBe(true);
    expect(isBadKc(certified('SUPPLIER_CONFORMITY', ''))).toBe(false);
    expect(isBadKc({ ...noKc, standing: 'EXEMPT' })).toBe(true);
    expect(isBadKc(noKc)).toBe(false);
  });

  it('becomes the input of the API, and comes back as it was', () => {
    const kc = certified('SUPPLIER_CONFORMITY', ' ');
    expect(kcInput(kc)).toEqual({ certifications: [{ kind: 'SUPPLIER_CONFORMITY', number: null }], exemptReason: null });
    expect(kcInput({ ...noKc, standing: 'EXEMPT', exemptReason: ' 부품 ' })).toEqual({ certifications: [], exemptReason: '부품' });
    expect(kcInput(kcDraft({ certifications: [], exemptReason: '부품' }))).toEqual({ certifications: [], exemptReason: '부품' });
    expect(kcInput(kcDraft(null))).toBeNull();
  });
});

describe('leafCategories', () => {
  it('finds what has none below it, on each of three levels', () => {
    const shirts = { id: 'shirts', name: '셔츠', children: [{ id: 'linen', name: '린넨' }] };
    const tree = [
      { id: 'fashion', name: '패션', children: [shirts, { id: 'hats', name: '모자', children: [] }] },
      { id: 'books', name: '도서', children: [] },
    ];
    expect(leafCategories(tree)).toEqual([
      { value: 'linen', label: '패션 › 셔츠 › 린넨' },
      { value: 'hats', label: '패션 › 모자' },
      { value: 'books', label: '도서' },
    ]);
  });
});
