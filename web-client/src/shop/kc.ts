import type { Messages } from '../i18n/messages';

interface Kc {
  certifications: readonly { kind: keyof Messages['goods']['kcKinds']; number: string | null }[];
  exemptReason: string | null;
}

/** How a product stands with KC, in words; null where nothing is told. */
export function kcText(m: Messages, kc: Kc | null): string | null {
  if (kc === null) return null;
  if (kc.exemptReason !== null) return m.goods.kcExempt(kc.exemptReason);
  return kc.certifications.map(({ kind, number }) => [m.goods.kcKinds[kind], number].filter(Boolean).join(' ')).join(', ');
}
