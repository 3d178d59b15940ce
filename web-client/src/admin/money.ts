/** An amount in won as people write it, or null when it is none. */
export function wonOf(text: string): number | null {
  const digits = text.replace(/[,\s]/g, '');
  const amount = Number(digits);
  return /^\d+$/.test(digits) && amount >= 1 && Number.isSafeInteger(amount) ? amount : null;
}

/** The amount that a request for approval of a refund names in its JSON; zero when it names none. */
export function approvedAmount(wanted: string): number {
  try {
    const { amount } = JSON.parse(wanted) as { amount?: unknown };
    return typeof amount === 'number' ? amount : 0;
  } catch {
    return 0;
  }
}
