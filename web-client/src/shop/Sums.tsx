import { useI18n } from '../i18n';
import styles from './shop.module.css';

interface Amount {
  amount: number;
}

interface Props {
  itemsTotal: Amount;
  discountTotal: Amount;
  shippingTotal: Amount;
  total: Amount;
}

/** What an order costs, line by line. */
export function Sums({ itemsTotal, discountTotal, shippingTotal, total }: Props) {
  const { m, format } = useI18n();
  return (
    <dl className={styles.sums}>
      <div>
        <dt>{m.cart.itemsTotal}</dt>
        <dd>{format.won(itemsTotal.amount)}</dd>
      </div>
      {discountTotal.amount > 0 && (
        <div>
          <dt>{m.cart.discountTotal}</dt>
          <dd>{format.won(-discountTotal.amount)}</dd>
        </div>
      )}
      <div>
        <dt>{m.cart.shippingTotal}</dt>
        <dd>{shippingTotal.amount === 0 ? m.cart.free : format.won(shippingTotal.amount)}</dd>
      </div>
      <div className={styles.grand}>
        <dt>{m.cart.total}</dt>
        <dd>{format.won(total.amount)}</dd>
      </div>
    </dl>
  );
}
