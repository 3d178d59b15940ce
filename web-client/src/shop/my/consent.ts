import type { ConsentInput, ConsentPurpose } from '../../session/operations';

// The version of the texts that the reader agrees to.
const version = '2025-01';
export const neededConsents: readonly ConsentPurpose[] = ['TERMS', 'PRIVACY', 'AGE_OVER_14'];
export const allConsents: readonly ConsentPurpose[] = [...neededConsents, 'MARKETING_EMAIL', 'MARKETING_SMS'];

export const isConsented = (granted: readonly ConsentPurpose[]) => neededConsents.every((purpose) => granted.includes(purpose));

export const consentsOf = (granted: readonly ConsentPurpose[]): ConsentInput[] =>
  allConsents.map((purpose) => ({ purpose, version, granted: granted.includes(purpose) }));
