import { Alert, Button, Group, List, Stack, Text, Title } from '@mantine/core';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { attempts } from '../../api/client';
import { mayRetry } from '../../api/failure';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { useFields } from '../../ui/fields';
import { PageTitle } from '../../ui/PageTitle';
import { Picture } from '../../ui/Picture';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { addressErrors, addressInput, noAddress } from '../address';
import { AddressChoice } from '../AddressChoice';
import { useCheckoutItems, useShippedAmounts, type CheckoutItem } from '../checkoutItems';
import { adultPage } from '../my/identity';
import {
  AccountDocument,
  AddAddressDocument,
  PlaceOrderDocument,
  type AccountQuery,
  type PaymentMethod,
  type PlaceOrderInput,
  type PlaceOrderMutation,
} from '../operations';
import { payableAt, paymentWindow } from '../payment';
import styles from '../shop.module.css';
import { Sums } from '../Sums';

type Reader = NonNullable<AccountQuery['me']>;
type Change = PlaceOrderMutation['placeOrder']['changes'][number];

const action = 'placeOrder';
const methods: readonly PaymentMethod[] = ['CARD', 'EASY_PAY', 'TRANSFER', 'VIRTUAL_ACCOUNT'];

export default function CheckoutPage() {
  const { m } = useI18n();
  const checkout = useCheckoutItems();
  const account = useApiQuery(AccountDocument, {}, { dependsOn: ['Address'] });
  const me = account.data?.me;
  const loading = checkout.loading || account.loading;
  return (
    <>
      <PageTitle title={m.checkout.title} />
      <FailureAlert failure={checkout.failure} onRetry={checkout.reload} />
      <FailureAlert failure={account.failure} onRetry={account.reload} />
      {loading && <RowsSkeleton />}
      {!loading && me && checkout.failure === null && <CheckoutForm me={me} checkout={checkout} />}
    </>
  );
}

function CheckoutForm({ me, checkout }: { me: Reader; checkout: ReturnType<typeof useCheckoutItems> }) {
  const { m, format } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const preferred = me.addresses.find((address) => address.isDefault) ?? me.addresses[0];
  const [chosen, setChosen] = useState<string | null>(preferred?.id ?? null);
  const [save, setSave] = useState(true);
  const [method, setMethod] = useState<PaymentMethod>('CARD');
  const fields = useFields({ ...noAddress, recipient: me.name ?? '', phone: me.phone ?? '' }, (values) =>
    addressErrors(m, values),
  );
  const addAddress = useAction(AddAddressDocument, (data) => data.addAddress, ['Address']);
  const placing = usePlacing();
  const zonecode = me.addresses.find((address) => address.id === chosen)?.zonecode ?? fields.values.zonecode;
  const shipped = useShippedAmounts(checkout.items, checkout.amounts, zonecode);

  const addressOf = async (): Promise<Pick<PlaceOrderInput, 'addressId' | 'address'> | null> => {
    if (chosen !== null) return { addressId: chosen };
    if (!fields.check(form.current)) return null;
    const { label, recipient, phone, zonecode, roadAddress, detail, entranceNote } = addressInput(fields.values);
    if (!save) return { address: { recipient, phone, zonecode, roadAddress, detail, entranceNote } };
    const input = { label, recipient, phone, zonecode, roadAddress, detail, entranceNote };
    const payload = await addAddress.run({ input: { address: input, makeDefault: me.addresses.length === 0 } });
    if (!payload?.address) return null;
    setChosen(payload.address.id);
    return { addressId: payload.address.id };
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const address = await addressOf();
    // The buyer pays what this page shows, or is told that it has changed.
    const expected = shipped.known ? { expectedTotal: shipped.amounts.total.amount } : {};
    if (address) await placing.place({ ...checkout.order, ...address, ...expected, paymentMethod: method });
  };

  if (checkout.items.length === 0) {
    return (
      <EmptyState text={m.checkout.nothing}>
        <Button component={Link} to="/cart">
          {m.shop.viewCart}
        </Button>
      </EmptyState>
    );
  }
  return (
    <form ref={form} onSubmit={(event) => void submit(event)} noValidate className={styles.split}>
      <Stack gap="lg">
        <div className={styles.panel}>
          <AddressChoice
            addresses={me.addresses}
            chosen={chosen}
            onChoose={setChosen}
            fields={fields}
            failure={addAddress.failure ?? placing.failure}
            save={save}
            onSave={setSave}
          />
          <FailureAlert failure={addAddress.failure} />
        </div>
        <div className={styles.panel}>
          <MethodChoice method={method} onChange={setMethod} />
        </div>
        <Items items={checkout.items} />
      </Stack>
      <section className={`${styles.panel} ${styles.aside}`}>
        <Title order={2} size="h4" mb="md">
          {m.cart.summary}
        </Title>
        <Sums {...shipped.amounts} />
        <FailureAlert failure={shipped.failure} onRetry={shipped.reload} />
        <Changes changes={placing.changes} />
        <FailureAlert failure={placing.failure} />
        <Button type="submit" fullWidth size="lg" mt="lg" loading={shipped.loading || placing.busy || addAddress.busy || placing.placed}>
          {m.checkout.pay(format.won(shipped.amounts.total.amount))}
        </Button>
        <Text size="sm" c="dimmed" mt="xs" ta="center">
          {m.checkout.payNote}
        </Text>
      </section>
    </form>
  );
}

/** Places the order under one idempotency key an attempt and opens the payment window. */
function usePlacing() {
  const { m } = useI18n();
  const toast = useToast();
  const [changes, setChanges] = useState<readonly Change[]>([]);
  const [placed, setPlaced] = useState(false);
  const navigate = useNavigate();
  const placeOrder = useAction(
    PlaceOrderDocument,
    (data) => {
      setChanges(data.placeOrder.changes);
      return data.placeOrder;
    },
    ['Order'],
  );

  // Back from the payment window, the browser may restore this very page: it must be usable again.
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) setPlaced(false);
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);

  const place = async (input: PlaceOrderInput) => {
    const payload = await placeOrder.run({ input }, attempts.keyFor(action, input));
    if (!payload) {
      const failure = placeOrder.lastFailure();
      if (failure && !mayRetry(failure)) attempts.end(action);
      return;
    }
    attempts.end(action);
    const order = payload.order;
    if (!order) return;
    setPlaced(true);
    const checkoutUrl = payableAt(order.payments);
    const address = checkoutUrl === null ? null : paymentWindow(checkoutUrl, window.location.origin);
    if (address !== null) {
      window.location.assign(address);
      return;
    }
    toast(m.checkout.noPaymentPage);
    await navigate(`/orders/${order.id}`);
  };
  return { place, placed, changes, busy: placeOrder.busy, failure: placeOrder.failure };
}

function MethodChoice({ method, onChange }: { method: PaymentMethod; onChange: (method: PaymentMethod) => void }) {
  const { m } = useI18n();
  return (
    <fieldset>
      <legend className={styles.legend}>{m.checkout.method}</legend>
      <div className={styles.options}>
        {methods.map((one) => (
          <label key={one} className={styles.option}>
            <input type="radio" name="method" checked={method === one} onChange={() => onChange(one)} />
            <span>{m.states.paymentMethod[one]}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

function Items({ items }: { items: readonly CheckoutItem[] }) {
  const { m, format } = useI18n();
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5" mb="xs">
        {m.checkout.items}
      </Title>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {items.map((item) => (
          <li key={item.key} className={styles.line}>
            <Picture image={item.image && { ...item.image, alt: '' }} size={60} />
            <div className={styles.lineBody}>
              <span className={styles.lineTitle}>{item.title}</span>
              <Text size="sm" c="dimmed">
                {item.variantName} · {m.common.pieces(item.quantity)}
              </Text>
            </div>
            <Text fw={700}>{format.won(item.total)}</Text>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Changes({ changes }: { changes: readonly Change[] }) {
  const { m, format } = useI18n();
  const { pathname, search } = useLocation();
  if (changes.length === 0) return null;
  const forAdults = changes.some((change) => change.kind === 'ADULT_VERIFICATION_REQUIRED');
  const text = (change: Change) => {
    const title = change.variant.product.title;
    if (change.kind === 'OUT_OF_STOCK') return m.checkout.changeStock(title, change.available ?? 0);
    if (change.kind === 'PRICE_CHANGED' && change.before && change.now)
      return m.checkout.changePrice(title, format.won(change.before.amount), format.won(change.now.amount));
    if (change.kind === 'NOT_FOR_SALE' || change.kind === 'PRICE_CHANGED') return m.checkout.changeGone(title);
    return m.checkout.changeAdultsOnly(title);
  };
  return (
    <Alert color="orange" title={m.checkout.changed} role="alert" mt="md">
      <List size="sm">
        {changes.map((change) => (
          <List.Item key={change.variant.id}>{text(change)}</List.Item>
        ))}
      </List>
      <Group gap="xs" mt="xs">
        {forAdults && (
          <Button component={Link} to={adultPage(pathname + search)} size="xs">
            {m.adult.verify}
          </Button>
        )}
        <Button component={Link} to="/cart" size="xs" variant="default">
          {m.checkout.reviewCart}
        </Button>
      </Group>
    </Alert>
  );
}
