import { webAddress } from './webAddress';

/**
 * The payment window's address, told where to come back to. A window of our own server may be given as a path;
 * anything but http(s) is refused.
 */
export function paymentWindow(checkoutUrl: string, origin: string): string | null {
  const url = webAddress(checkoutUrl, origin);
  if (url === null) return null;
  url.searchParams.set('successUrl', `${origin}/checkout/success`);
  url.searchParams.set('failUrl', `${origin}/checkout/fail`);
  return url.toString();
}

export interface PaymentReturn {
  orderId: string;
  paymentKey: string;
  amount: number;
}

/** What the payment window brought back, or null when the address is not one of its. */
export function readPaymentReturn(params: URLSearchParams): PaymentReturn | null {
  const orderId = params.get('orderId');
  const paymentKey = params.get('paymentKey');
  const amount = Number(params.get('amount') ?? Number.NaN);
  if (!orderId || !paymentKey || !Number.isSafeInteger(amount) || amount < 0) return null;
  return { orderId, paymentKey, amount };
}

/** The address of the window in which an order can still be paid. */
export function payableAt(payments: readonly { state: string; checkoutUrl: string | null }[]): string | null {
  return payments.find((payment) => payment.state === 'READY' && payment.checkoutUrl !== null)?.checkoutUrl ?? null;
}

/** The account that a deposit is waited for in, or null. */
export function awaitedDeposit<Account>(payments: readonly { state: string; virtualAccount: Account | null }[]): Account | null {
  return payments.find((payment) => payment.state === 'WAITING_FOR_DEPOSIT')?.virtualAccount ?? null;
}

interface Refundable {
  refundAccountNeeded: boolean;
  refunds: readonly { state: string; amount: { amount: number } }[];
}

/** How much waits to be given back until the buyer names a bank account; null when nothing does. */
export function waitsForAccount(payments: readonly Refundable[]): number | null {
  const waiting = payments.filter((payment) => payment.refundAccountNeeded).flatMap((payment) => payment.refunds);
  const amounts = waiting.filter((refund) => refund.state === 'ACCOUNT_NEEDED').map((refund) => refund.amount.amount);
  return amounts.length === 0 ? null : amounts.reduce((sum, amount) => sum + amount, 0);
}
