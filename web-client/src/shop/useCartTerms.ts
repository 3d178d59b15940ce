import { useState } from 'react';
import { useApiQuery } from '../api/hooks';
import { useSession } from '../session';
import { useGuestCartToken } from '../session/guestCart';
import { CartTermsDocument } from './operations';

/** What the cart costs with shipping and the coupons that the reader has chosen, and which coupons would be best. */
export function useCartTerms(initial: readonly string[] = []) {
  const { status } = useSession();
  const guestToken = useGuestCartToken();
  const [chosen, setChosen] = useState<readonly string[]>(initial);
  const token = status === 'signedIn' ? null : guestToken;
  const none = status === 'restoring' || (status === 'signedOut' && guestToken === null);
  const query = useApiQuery(
    CartTermsDocument,
    { token, couponIds: [...chosen] },
    { pause: none, dependsOn: ['Cart', 'Coupon'] },
  );
  const cart = query.data?.cart ?? null;
  const coupons = cart?.quote.coupons ?? [];
  return {
    quote: cart?.quote ?? null,
    coupons,
    /** Those of the chosen coupons that can be taken to the checkout. */
    usable: coupons.filter((one) => one.applies).map((one) => one.coupon.id),
    best: cart?.bestCoupons ?? null,
    choose: setChosen,
    failure: query.failure,
    reload: query.reload,
  };
}
