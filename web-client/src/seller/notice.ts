import type { KcKind, ProductKcInput } from './operations';

export interface NoticeDraft {
  name: string;
  value: string;
}

export type KcStanding = 'NONE' | 'CERTIFIED' | 'EXEMPT';

export interface CertificationDraft {
  kind: KcKind;
  number: string;
}

/** How a product stands with KC, as typed. */
export interface KcDraft {
  standing: KcStanding;
  certifications: readonly CertificationDraft[];
  exemptReason: string;
}

export const noCertification: CertificationDraft = { kind: 'SAFETY_CERTIFICATION', number: '' };
export const noKc: KcDraft = { standing: 'NONE', certifications: [noCertification], exemptReason: '' };

export const kcKinds: readonly KcKind[] = [
  'SAFETY_CERTIFICATION',
  'SAFETY_CONFIRMATION',
  'SUPPLIER_CONFORMITY',
  'RADIO_CONFORMITY',
];

const plain = (name: string) => name.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase();
const isSame = (one: string, other: string) => plain(one) === plain(other);

/** What is written for an item of the notice. */
export function noticeValue(rows: readonly NoticeDraft[], item: string): string {
  return rows.find((row) => isSame(row.name, item))?.value ?? '';
}

/** The rows with an item's value changed. */
export function withNotice(rows: readonly NoticeDraft[], item: string, value: string): readonly NoticeDraft[] {
  if (!rows.some((row) => isSame(row.name, item))) return [...rows, { name: item, value }];
  return rows.map((row) => (isSame(row.name, item) ? { ...row, value } : row));
}

/** The rows that tell something else than these items. */
export function extraNotices(rows: readonly NoticeDraft[], items: readonly string[]): readonly NoticeDraft[] {
  return rows.filter((row) => !items.some((item) => isSame(row.name, item)));
}

/** The rows with other extras; those of the items stay. */
export function withExtras(
  rows: readonly NoticeDraft[],
  items: readonly string[],
  extras: readonly NoticeDraft[],
): readonly NoticeDraft[] {
  return [...rows.filter((row) => items.some((item) => isSame(row.name, item))), ...extras];
}

/** The rows that say something, as the API takes them: the items first, in their order. */
export function noticeInput(rows: readonly NoticeDraft[]): { name: string; value: string }[] {
  return rows
    .filter((row) => row.name.trim() !== '' && row.value.trim() !== '')
    .map((row) => ({ name: row.name.trim(), value: row.value.trim() }));
}

function isNumber({ kind, number }: CertificationDraft): boolean {
  const text = number.trim();
  if (text === '') return kind === 'SUPPLIER_CONFORMITY';
  return /^[0-9A-Za-z().-]{5,50}$/.test(text) && /\d/.test(text);
}

/** Whether a certification's number is none. */
export function isBadNumber(certification: CertificationDraft): boolean {
  return !isNumber(certification);
}

export function isBadKc(kc: KcDraft): boolean {
  if (kc.standing === 'EXEMPT') return kc.exemptReason.trim() === '';
  return kc.standing === 'CERTIFIED' && !kc.certifications.every(isNumber);
}

export function kcInput(kc: KcDraft): ProductKcInput | null {
  if (kc.standing === 'NONE') return null;
  if (kc.standing === 'EXEMPT') return { certifications: [], exemptReason: kc.exemptReason.trim() };
  const certifications = kc.certifications.map(({ kind, number }) => ({
    kind,
    number: number.trim() === '' ? null : number.trim(),
  }));
  return { certifications, exemptReason: null };
}

interface KnownKc {
  certifications: readonly { kind: KcKind; number: string | null }[];
  exemptReason: string | null;
}

/** What the API knows, to be changed. */
export function kcDraft(kc: KnownKc | null): KcDraft {
  if (kc === null) return noKc;
  if (kc.exemptReason !== null) return { ...noKc, standing: 'EXEMPT', exemptReason: kc.exemptReason };
  const certifications = kc.certifications.map(({ kind, number }) => ({ kind, number: number ?? '' }));
  return { ...noKc, standing: 'CERTIFIED', certifications };
}
