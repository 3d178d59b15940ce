/** What was typed, as the API takes it: six digits are a code of the app, anything else is a recovery code. */
export function factorOf(typed: string): { code: string | null; recoveryCode: string | null } {
  const plain = typed.trim();
  return /^[\d\s]*$/.test(plain) ? { code: plain, recoveryCode: null } : { code: null, recoveryCode: plain };
}
