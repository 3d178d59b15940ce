import { useSearchParams } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { BuyNowDocument, ShippingQuoteDocument, type CartLineViewFragment, type PlaceOrderInput } from './operations';
import { useCart } from './useCart';
import { useCartTerms } from './useCartTerms';

export interface CheckoutItem {
  key: string;
  variantId: string;
  title: string;
  variantName: string;
  image: CartLineViewFragment['variant']['product']['thumbnail'];
  quantity: number;
  total: number;
}

export type Amounts = Record<'itemsTotal' | 'discountTotal' | 'shippingTotal' | 'total', { amount: number }>;

/** What is about to be ordered: a product bought at once, or the selected lines of the cart. */
export function useCheckoutItems() {
  const [params] = useSearchParams();
  const productId = params.get('product');
  const fromCart = productId === null;
  const quantity = Math.min(99, Math.max(1, Math.trunc(Number(params.get('quantity') ?? 1)) || 1));
  const cartState = useCart();
  const terms = useCartTerms(fromCart ? couponsOf(params) : []);
  const bought = useApiQuery(BuyNowDocument, { productId: productId ?? '' }, { pause: fromCart });

  const product = bought.data?.product;
  const variant = product?.variants.find((one) => one.id === params.get('variant'));
  const source = fromCart ? cartState : bought;

  const items: CheckoutItem[] = fromCart
    ? cartItems(cartState.cart?.groups.flatMap((group) => group.lines) ?? [])
    : product && variant
      ? [
          {
            key: variant.id,
            variantId: variant.id,
            title: product.title,
            variantName: variant.name,
            image: product.thumbnail,
            quantity,
            total: variant.price.amount * quantity,
          },
        ]
      : [];
  const sum = items.reduce((total, item) => total + item.total, 0);
  const none = { amount: 0 };
  const amounts: Amounts =
    fromCart && cartState.cart
      ? (terms.quote ?? cartState.cart.quote)
      : { itemsTotal: { amount: sum }, discountTotal: none, shippingTotal: none, total: { amount: sum } };
  const order: Pick<PlaceOrderInput, 'cartLineIds' | 'items' | 'couponIds'> = fromCart
    ? { cartLineIds: items.map((item) => item.key), ...(terms.usable.length > 0 && { couponIds: terms.usable }) }
    : { items: variant ? [{ variantId: variant.id, quantity, expectedPrice: variant.price.amount }] : [] };

  return {
    fromCart,
    items,
    amounts,
    order,
    loading: source.loading,
    failure: source.failure,
    reload: source.reload,
  };
}

/** What an order costs when it is sent to an address; shipping is not known before its zonecode is. */
export function useShippedAmounts(items: readonly CheckoutItem[], amounts: Amounts, zonecode: string) {
  const lines = items.map((item) => ({ variantId: item.variantId, quantity: item.quantity }));
  const unknown = !/^\d{5}$/.test(zonecode) || lines.length === 0;
  const quote = useApiQuery(ShippingQuoteDocument, { zonecode, lines }, { pause: unknown });
  const shipping = quote.data?.shippingQuote.total.amount;
  if (unknown || shipping === undefined) {
    return { amounts, known: false, loading: !unknown && quote.loading, failure: quote.failure, reload: quote.reload };
  }
  const total = { amount: amounts.itemsTotal.amount - amounts.discountTotal.amount + shipping };
  const shipped: Amounts = { ...amounts, shippingTotal: { amount: shipping }, total };
  return { amounts: shipped, known: true, loading: quote.loading, failure: quote.failure, reload: quote.reload };
}

/** The coupons that the cart was left with. */
function couponsOf(params: URLSearchParams): string[] {
  return (params.get('coupons') ?? '').split(',').filter((id) => id !== '');
}

function cartItems(lines: readonly CartLineViewFragment[]): CheckoutItem[] {
  return lines
    .filter((line) => line.selected && line.variant.sellable)
    .map((line) => ({
      key: line.id,
      variantId: line.variant.id,
      title: line.variant.product.title,
      variantName: line.variant.name,
      image: line.variant.product.thumbnail,
      quantity: line.quantity,
      total: line.lineTotal.amount,
    }));
}
