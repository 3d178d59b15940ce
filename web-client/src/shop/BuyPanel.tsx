import { ActionIcon, Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useRef, useState } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useAction } from '../api/hooks';
import { useI18n } from '../i18n';
import { useSession } from '../session';
import { guestCartToken, keepGuestCartToken } from '../session/guestCart';
import { FailureAlert } from '../ui/FailureAlert';
import { HeartIcon } from '../ui/icons';
import { Price } from '../ui/Price';
import { QuantityStepper } from '../ui/QuantityStepper';
import { useToast } from '../ui/toast';
import { AddToCartDocument, type VariantChoiceFragment } from './operations';
import { OptionPicker } from './OptionPicker';
import type { ProductDetail } from './pages/ProductPage';
import styles from './shop.module.css';
import { useWish } from './useWish';
import { canBuy, chosenVariant, firstSelection, mostAtOnce } from './variants';

/** Price, options, quantity and the ways to buy. */
export function BuyPanel({ product }: { product: ProductDetail }) {
  const { m, format } = useI18n();
  const [selection, setSelection] = useState(() => firstSelection(product.options, product.variants));
  const [variantId, setVariantId] = useState<string | undefined>();
  const [quantity, setQuantity] = useState(1);
  const [unchosen, setUnchosen] = useState(false);
  const picker = useRef<HTMLDivElement>(null);
  const variant =
    chosenVariant(product.variants, selection) ?? product.variants.find((one) => one.id === variantId);
  const forSale = product.state === 'ON_SALE' && product.seller.canSell;
  const soldOut = !product.variants.some(canBuy);

  const price = variant?.price ?? product.price;
  const listPrice = variant ? variant.listPrice : product.listPrice;
  const percent = variant ? discountOf(variant) : product.discountPercent;

  const choose = (then: (variant: VariantChoiceFragment) => void) => {
    setUnchosen(variant === undefined);
    if (variant === undefined) picker.current?.querySelector<HTMLInputElement>('input:not(:disabled)')?.focus();
    else then(variant);
  };

  return (
    <Stack gap="lg">
      <Price price={price} listPrice={listPrice} discountPercent={percent} size="1.65rem" />
      <div ref={picker}>
        <OptionPicker
          options={product.options}
          variants={product.variants}
          selection={selection}
          variantId={variantId}
          onSelect={(next) => {
            setSelection(next);
            setUnchosen(false);
          }}
          onVariant={(next) => {
            setVariantId(next);
            setUnchosen(false);
          }}
        />
        {unchosen && (
          <Text role="alert" c="var(--mantine-color-error)" size="sm" mt={8}>
            {m.shop.chooseOption}
          </Text>
        )}
      </div>
      <Availability variant={variant} soldOut={soldOut} />
      {forSale ? (
        <>
          <Group justify="space-between">
            <QuantityStepper label={m.shop.quantity} value={quantity} max={mostAtOnce(variant)} onChange={setQuantity} />
            <Text>
              {m.shop.total}{' '}
              <Text span fw={800} size="xl">
                {format.won(price.amount * quantity)}
              </Text>
            </Text>
          </Group>
          <BuyButtons product={product} quantity={quantity} soldOut={soldOut} choose={choose} />
        </>
      ) : (
        <Alert color="gray">{m.shop.notForSale}</Alert>
      )}
    </Stack>
  );
}

function discountOf(variant: VariantChoiceFragment): number {
  const list = variant.listPrice?.amount ?? 0;
  return list > variant.price.amount ? Math.floor(((list - variant.price.amount) * 100) / list) : 0;
}

function Availability({ variant, soldOut }: { variant: VariantChoiceFragment | undefined; soldOut: boolean }) {
  const { m } = useI18n();
  if (soldOut || (variant && !canBuy(variant))) {
    return (
      <Text fw={700} c="var(--mantine-color-error)" role="status">
        {m.shop.soldOut}
      </Text>
    );
  }
  if (!variant) return null;
  const { remaining, lowStock } = variant.availability;
  const text = remaining !== null ? m.shop.remaining(remaining) : lowStock ? m.shop.lowStock : m.shop.inStock;
  return (
    <Text size="sm" fw={600} c={lowStock ? 'var(--mantine-color-error)' : 'pine.8'} role="status">
      {text}
    </Text>
  );
}

interface ButtonsProps {
  product: ProductDetail;
  quantity: number;
  soldOut: boolean;
  choose: (then: (variant: VariantChoiceFragment) => void) => void;
}

function BuyButtons({ product, quantity, soldOut, choose }: ButtonsProps) {
  const { m } = useI18n();
  const { status } = useSession();
  const toast = useToast();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const add = useAction(AddToCartDocument, (data) => data.addToCart, ['Cart']);
  const wish = useWish(product.id);

  const addToCart = async (variant: VariantChoiceFragment) => {
    const token = status === 'signedIn' ? null : guestCartToken();
    const payload = await add.run({ input: { token, variantId: variant.id, quantity } });
    if (!payload) return;
    if (status !== 'signedIn' && payload.cart?.token) keepGuestCartToken(payload.cart.token);
    toast(m.shop.addedToCart, { to: '/cart', label: m.shop.viewCart });
  };
  const buyNow = (variant: VariantChoiceFragment) => {
    const query = new URLSearchParams({ product: product.id, variant: variant.id, quantity: String(quantity) });
    void navigate(`/checkout?${query.toString()}`);
  };
  const toggleWish = () => {
    if (status === 'signedIn') void wish.toggle();
    else void navigate(`/sign-in?next=${encodeURIComponent(pathname)}`);
  };

  return (
    <div>
      <div className={styles.buyBar}>
        <Button
          size="lg"
          px="xs"
          variant="outline"
          disabled={soldOut || status === 'restoring'}
          loading={add.busy}
          onClick={() => choose((variant) => void addToCart(variant))}
        >
          {m.shop.addToCart}
        </Button>
        <Button size="lg" px="xs" disabled={soldOut} onClick={() => choose(buyNow)}>
          {m.shop.buyNow}
        </Button>
        <ActionIcon
          size={50}
          variant="default"
          aria-label={wish.wished ? m.shop.unwish : m.shop.wish}
          aria-pressed={wish.wished}
          loading={wish.busy}
          c={wish.wished ? 'red.8' : undefined}
          onClick={toggleWish}
        >
          <HeartIcon filled={wish.wished} />
        </ActionIcon>
      </div>
      <FailureAlert failure={add.failure ?? wish.failure} />
    </div>
  );
}
