import { VisuallyHidden } from '@mantine/core';
import { useI18n } from '../i18n';
import styles from './ui.module.css';

interface Props {
  price: { amount: number };
  listPrice: { amount: number } | null;
  discountPercent: number;
  size?: string;
}

export function Price({ price, listPrice, discountPercent, size = '1rem' }: Props) {
  const { m, format } = useI18n();
  const reduced = listPrice !== null && listPrice.amount > price.amount;
  return (
    <span className={styles.price} style={{ fontSize: size }}>
      {discountPercent > 0 && (
        <span className={styles.percent}>
          <span aria-hidden="true">{discountPercent}%</span>
          <VisuallyHidden>{m.common.discount(discountPercent)}</VisuallyHidden>
        </span>
      )}
      <span className={styles.amount}>{format.won(price.amount)}</span>
      {reduced && (
        <span className={styles.list}>
          <VisuallyHidden>{m.common.listPrice} </VisuallyHidden>
          <s>{format.won(listPrice.amount)}</s>
        </span>
      )}
    </span>
  );
}
