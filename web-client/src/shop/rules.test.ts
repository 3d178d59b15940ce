import { describe, expect, it } from 'vitest';
import { ko } from '../i18n/ko';
import { addressErrors, addressInput, noAddress } from './address';
import { readListing, whereOf, writeListing } from './listing';
import { kcText } from './kc';
import { nextPage } from './next';
import type { VariantChoiceFragment } from './operations';
import { readSearch, replaced, suggestionTarget, toggled } from './search';
import { asksSeller, lineCommands } from './OrderLineRow';
import { accountDigits, bankName } from './banks';
import { awaitedDeposit, payableAt, paymentWindow, readPaymentReturn, waitsForAccount } from './payment';
import { chosenVariant, firstSelection, mostAtOnce, valueCanBuy } from './variants';

function variant(id: string, optionValues: string[], inStock = true, remaining: number | null = null): VariantChoiceFragment {
  const availability = { inStock, lowStock: false, remaining };
  return { id, name: optionValues.join(' / '), optionValues, price: { amount: 1 }, listPrice: null, sellable: true, availability };
}

const options = [
  { name: '색상', values: ['흰색', '검정'] },
  { name: '크기', values: ['M', 'L'] },
];
const variants = [
  variant('white-m', ['흰색', 'M']),
  variant('white-l', ['흰색', 'L'], false),
  variant('black-l', ['검정', 'L'], true, 3),
];

describe('choosing a variant', () => {
  it('needs every option, unless there is only one variant', () => {
    expect(chosenVariant(variants, ['흰색', null])).toBeUndefined();
    expect(chosenVariant(variants, ['검정', 'L'])?.id).toBe('black-l');
    expect(chosenVariant(variants, ['검정', 'M'])).toBeUndefined();
    const only = [variant('only', [])];
    expect(chosenVariant(only, firstSelection([], only))?.id).toBe('only');
    const single = [variant('single', ['흰색', 'M'])];
    expect(firstSelection(options, single)).toEqual(['흰색', 'M']);
    expect(firstSelection(options, variants)).toEqual([null, null]);
  });

  it('offers only values that still lead to something to buy', () => {
    expect(valueCanBuy(variants, [null, null], 1, 'L')).toBe(true);
    expect(valueCanBuy(variants, ['흰색', null], 1, 'L')).toBe(false);
    expect(valueCanBuy(variants, ['검정', null], 1, 'M')).toBe(false);
  });

  it('allows no more than there is', () => {
    expect(mostAtOnce(variants[2])).toBe(3);
    expect(mostAtOnce(variants[0])).toBe(99);
    expect(mostAtOnce(variant('none', [], false, 0))).toBe(1);
  });
});

describe('the payment window', () => {
  const origin = 'http://localhost:3000';

  it('is told where to come back to, also when it is given as a path', () => {
    const url = new URL(paymentWindow('/sandbox/window?orderId=ord_1&amount=5&taxFreeAmount=3', origin) ?? '');
    expect(url.origin).toBe(origin);
    expect(url.searchParams.get('orderId')).toBe('ord_1');
    expect(url.searchParams.get('taxFreeAmount')).toBe('3');
    expect(url.searchParams.get('successUrl')).toBe(`${origin}/checkout/success`);
    expect(url.searchParams.get('failUrl')).toBe(`${origin}/checkout/fail`);
  });

  it('is never a script', () => {
    expect(paymentWindow('javascript:alert(1)', origin)).toBeNull();
  });

  it('is offered only while a payment waits', () => {
    expect(payableAt([{ state: 'DONE', checkoutUrl: '/a' }])).toBeNull();
    expect(payableAt([{ state: 'ABORTED', checkoutUrl: null }, { state: 'READY', checkoutUrl: '/b' }])).toBe('/b');
  });

  it.each([
    ['orderId=o&paymentKey=k&amount=1000', { orderId: 'o', paymentKey: 'k', amount: 1000 }],
    ['orderId=o&paymentKey=k', null],
    ['orderId=o&paymentKey=k&amount=ten', null],
    ['orderId=o&paymentKey=k&amount=-1', null],
    ['paymentKey=k&amount=1', null],
  ])('returns with %s', (query, expected) => {
    expect(readPaymentReturn(new URLSearchParams(query))).toEqual(expected);
  });
});

describe('a deposit', () => {
  const account = { bank: '088' };

  it('is waited for in the account of the payment that waits', () => {
    expect(awaitedDeposit([{ state: 'READY', virtualAccount: null }, { state: 'WAITING_FOR_DEPOSIT', virtualAccount: account }])).toBe(account);
    expect(awaitedDeposit([{ state: 'EXPIRED', virtualAccount: account }])).toBeNull();
  });

  it('goes back to an account, once one is known', () => {
    const refund = (state: string, amount: number) => ({ state, amount: { amount } });
    const refunds = [refund('DONE', 1000), refund('ACCOUNT_NEEDED', 5000), refund('ACCOUNT_NEEDED', 300)];
    expect(waitsForAccount([{ refundAccountNeeded: true, refunds }])).toBe(5300);
    expect(waitsForAccount([{ refundAccountNeeded: false, refunds: [refund('DONE', 1000)] }])).toBeNull();
    expect(waitsForAccount([])).toBeNull();
  });

  it.each([
    ['110-123-456789', '110123456789'],
    ['110 123 456789', '110123456789'],
    ['11012', null],
    ['110-12a-456789', null],
    ['123456789012345678901', null],
  ])('has an account like %s', (text, expected) => {
    expect(accountDigits(text)).toBe(expected);
  });

  it('is in a bank with a name', () => {
    expect(bankName(ko, '088')).toBe('신한은행');
    expect(bankName(ko, '4')).toBe('국민은행');
    expect(bankName(ko, '777')).toBe('777');
  });
});

describe('cancelling a line', () => {
  it('is asked of the seller from the preparation on, unless it is sent too late', () => {
    expect(asksSeller({ state: 'PAID', isLate: true })).toBe(false);
    expect(asksSeller({ state: 'PREPARING', isLate: false })).toBe(true);
    expect(asksSeller({ state: 'PREPARING', isLate: true })).toBe(false);
    expect(asksSeller({ state: 'UNDELIVERED', isLate: false })).toBe(true);
  });

  it('is not for what is not paid: that is given up whole', () => {
    expect(lineCommands('PAYMENT_PENDING').cancel).toBe(false);
    expect(lineCommands('UNDELIVERED').cancel).toBe(true);
    expect(lineCommands('SHIPPED').cancel).toBe(false);
  });
});

describe('KC', () => {
  it('is told by its certifications or by why there are none', () => {
    const certifications = [
      { kind: 'SAFETY_CERTIFICATION' as const, number: 'HU07-1' },
      { kind: 'SUPPLIER_CONFORMITY' as const, number: null },
    ];
    expect(kcText(ko, { certifications, exemptReason: null })).toBe('안전인증 HU07-1, 공급자적합성확인');
    expect(kcText(ko, { certifications: [], exemptReason: '부품' })).toBe('면제: 부품');
    expect(kcText(ko, null)).toBeNull();
  });
});

describe('a listing', () => {
  it('reads what makes sense from the address and leaves out the rest', () => {
    const listing = readListing(new URLSearchParams('sort=PRICE_DESC&min=1000&max=many'));
    expect(listing).toEqual({ sort: 'PRICE_DESC', minPrice: 1000, maxPrice: null });
    expect(whereOf(listing, { text: '셔츠' })).toEqual({ text: '셔츠', minPrice: 1000 });
    expect(readListing(new URLSearchParams('sort=CHEAP')).sort).toBe('NEWEST');
  });

  it('starts at the first page again when a filter changes', () => {
    const next = writeListing(new URLSearchParams('q=a&after=c&min=5'), { sort: 'PRICE_ASC', minPrice: null });
    expect(next.toString()).toBe('q=a&sort=PRICE_ASC');
  });
});

describe('an address', () => {
  it('needs its Korean fields', () => {
    expect(Object.keys(addressErrors(ko, noAddress)).sort()).toEqual([
      'detail',
      'phone',
      'recipient',
      'roadAddress',
      'zonecode',
    ]);
    const good = { ...noAddress, recipient: '김도아', phone: '01012345678', zonecode: '06236', roadAddress: 'a', detail: 'b' };
    expect(addressErrors(ko, good)).toEqual({});
    expect(addressErrors(ko, { ...good, zonecode: '123-456' })).toHaveProperty('zonecode');
  });

  it('is sent trimmed, with null for what was left empty', () => {
    const input = addressInput({ ...noAddress, recipient: ' 김도아 ', label: ' ' });
    expect(input).toMatchObject({ recipient: '김도아', label: null, entranceNote: null });
  });
});

describe('the page after signing in', () => {
  it.each([
    ['next=/orders?x=1', '/orders?x=1'],
    ['', '/'],
    ['next=https://evil.example', '/'],
    ['next=//evil.example', '/'],
    ['next=/\\evil.example', '/'],
  ])('for %j is %j', (query, expected) => {
    expect(nextPage(new URLSearchParams(query))).toBe(expected);
  });
});

describe('a search in the address', () => {
  it('is read, without what makes no sense', () => {
    const params = new URLSearchParams('q= 갤럭시 &sort=SALES&min=1000&max=x&brand=brd_1&brand=brd_2&stars=9&free=1');
    const where = { minPrice: 1000, brandIds: ['brd_1', 'brd_2'], freeShipping: true };
    expect(readSearch(params)).toEqual({ text: '갤럭시', sort: 'SALES', where });
    expect(readSearch(new URLSearchParams('sort=WORST'))).toEqual({ text: '', sort: 'RELEVANCE', where: {} });
  });

  it('changes from the first page on', () => {
    const params = new URLSearchParams('q=a&brand=brd_1&after=x');
    expect(toggled(params, 'brand', 'brd_2').toString()).toBe('q=a&brand=brd_1&brand=brd_2');
    expect(toggled(params, 'brand', 'brd_1').toString()).toBe('q=a');
    expect(replaced(params, 'stars', '4').toString()).toBe('q=a&brand=brd_1&stars=4');
    expect(replaced(new URLSearchParams('stars=4'), 'stars', null).toString()).toBe('');
  });
});

describe('a suggestion', () => {
  it('leads to the category or product that it is, or to a search', () => {
    const none = { category: null, product: null };
    expect(suggestionTarget({ kind: 'WORD', text: '갤럭시 S24', ...none })).toBe(`/search?q=${encodeURIComponent('갤럭시 S24')}`);
    expect(suggestionTarget({ kind: 'CATEGORY', text: '음향', ...none, category: { slug: 'audio' } })).toBe('/c/audio');
    expect(suggestionTarget({ kind: 'PRODUCT', text: '컵', ...none, product: { id: 'prd_1' } })).toBe('/p/prd_1');
  });
});
