import type { CorrectionViewFragment, ParticularsViewFragment, RequestSellerParticularsInput, TaxType } from './operations';

/** What changes with the particulars, a request to correct them, or the bank account. */
export const changes = ['Seller', 'SellerParticularsRequest'];

/** What can be corrected, as it is now. */
export interface Particulars {
  name: string;
  representativeName: string;
  mailOrderNumber: string;
  taxType: TaxType;
  address: string;
}

export type ParticularName = keyof Particulars;

export const particularNames: readonly ParticularName[] = [
  'name',
  'representativeName',
  'mailOrderNumber',
  'taxType',
  'address',
];

export interface Change {
  name: ParticularName;
  before: string;
  wanted: string;
}

/** What a request would change, or has changed: beside what was so before, or while it is open, what is so now. */
export function changesOf(
  { wanted, before }: { wanted: ParticularsViewFragment; before: ParticularsViewFragment | null },
  now: Particulars,
): readonly Change[] {
  return particularNames.flatMap((name) => {
    const after = wanted[name];
    return after === null ? [] : [{ name, wanted: after, before: before?.[name] ?? now[name] }];
  });
}

/** What the form asks for: only what is other than now; null when nothing is. */
export function correctionInput(
  sellerId: string,
  now: Particulars,
  typed: Particulars & { reason: string },
): RequestSellerParticularsInput | null {
  const other = <Name extends ParticularName>(name: Name) => (typed[name].trim() === now[name] ? null : typed[name].trim());
  const wanted = {
    name: other('name'),
    representativeName: other('representativeName'),
    mailOrderNumber: other('mailOrderNumber'),
    taxType: typed.taxType === now.taxType ? null : typed.taxType,
    address: other('address'),
  };
  if (Object.values(wanted).every((value) => value === null)) return null;
  return { ...wanted, sellerId, reason: typed.reason.trim() };
}

/** The request that staff have not decided, of which there is one at most. */
export function openRequest(requests: readonly CorrectionViewFragment[]): CorrectionViewFragment | null {
  return requests.find((request) => request.state === 'OPEN') ?? null;
}
