import type { CouponDiscountKind, CouponDistribution, CouponTermsInput } from './operations';

export interface CouponValues {
  name: string;
  description: string;
  kind: CouponDiscountKind;
  /** Percent or won, as typed. */
  value: string;
  minimum: string;
  cap: string;
  distribution: CouponDistribution;
  code: string;
  /** Days in Korea, as a date field has them. */
  startsOn: string;
  endsOn: string;
  totalLimit: string;
}

export function newCoupon(today: string): CouponValues {
  return {
    name: '',
    description: '',
    kind: 'PERCENT',
    value: '',
    minimum: '',
    cap: '',
    distribution: 'DOWNLOAD',
    code: '',
    startsOn: today,
    endsOn: '',
    totalLimit: '',
  };
}

const whole = (text: string) => /^\d{1,10}$/.test(text.trim());
const optional = (text: string) => text.trim() === '' || whole(text);

export type CouponFault = 'needed' | 'number' | 'percent' | 'order';

/** What is wrong with a coupon as typed; the API decides again. */
export function couponFaults(values: CouponValues): Partial<Record<keyof CouponValues, CouponFault>> {
  const value = Number(values.value);
  const faults: Partial<Record<keyof CouponValues, CouponFault>> = {};
  if (values.name.trim() === '') faults.name = 'needed';
  if (!whole(values.value) || value === 0) faults.value = 'number';
  else if (values.kind === 'PERCENT' && value > 100) faults.value = 'percent';
  if (!optional(values.minimum)) faults.minimum = 'number';
  if (!optional(values.cap)) faults.cap = 'number';
  if (values.distribution === 'CODE' && values.code.trim() === '') faults.code = 'needed';
  if (values.startsOn === '') faults.startsOn = 'needed';
  if (values.endsOn === '') faults.endsOn = 'needed';
  else if (values.endsOn < values.startsOn) faults.endsOn = 'order';
  if (!optional(values.totalLimit)) faults.totalLimit = 'number';
  return faults;
}

/** The terms of a seller's coupon: for the seller's own goods, from the first day's start to the last day's end. */
export function couponTerms(values: CouponValues): CouponTermsInput {
  const number = (text: string) => (text.trim() === '' ? null : Number(text));
  const percent = values.kind === 'PERCENT';
  const description = values.description.trim();
  return {
    name: values.name.trim(),
    description: description === '' ? null : description,
    kind: values.kind,
    value: percent ? Number(values.value) * 100 : Number(values.value),
    minimum: number(values.minimum) ?? 0,
    cap: percent ? number(values.cap) : null,
    level: 'PRODUCT',
    scope: 'SELLER',
    scopeIds: [],
    distribution: values.distribution,
    code: values.distribution === 'CODE' ? values.code.trim() : null,
    startsAt: `${values.startsOn}T00:00:00+09:00`,
    endsAt: `${values.endsOn}T23:59:59+09:00`,
    totalLimit: number(values.totalLimit),
  };
}

/** The day in Korea, as a date field has it. */
export function dayInKorea(now: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Seoul' }).format(now);
}
