/**
 * The payment window's address, told where to come back to. A window of our own server may be given as a path;
 * anything but http(s) is refused.
 */
export function paymentWindow(checkoutUrl: string, origin: string): string | null {
  let url: URL;
  try {
    url = new URL(checkoutUrl, origin);
  } catch {
    return null;
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return null;
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
