import type { Messages } from '../i18n/messages';

/** The bank's name by its code of two or three digits; what is no known code, as it is. */
export function bankName(m: Messages, code: string): string {
  const banks: Record<string, string> = m.banks;
  return banks[code.padStart(3, '0')] ?? code;
}

/** The digits of an account number as people write it, or null when it is none. */
export function accountDigits(text: string): string | null {
  const digits = text.replace(/[-\s]/g, '');
  return /^\d{6,20}$/.test(digits) ? digits : null;
}
