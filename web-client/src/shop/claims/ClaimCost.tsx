import { Text, Title } from '@mantine/core';
import { useI18n } from '../../i18n';
import type { ClaimableLineFragment, ClaimReason, ClaimRemedy } from '../operations';
import styles from '../shop.module.css';
import { estimate, isSellersFault, share } from './rules';

interface Props {
  line: ClaimableLineFragment;
  quantity: number;
  remedy: ClaimRemedy;
  reason: ClaimReason;
}

/** What the claim will cost and bring, before it is opened. */
export function ClaimCost({ line, quantity, remedy, reason }: Props) {
  const { m, format } = useI18n();
  const items = share(line.total.amount, line.quantity, line.returnedQuantity, quantity);
  const free = isSellersFault(reason);
  const { fee, refund } = estimate(remedy, reason, items, line.sellerOrder);
  return (
    <section className={styles.panel} aria-live="polite">
      <Title order={2} size="h5" mb="sm">
        {m.claims.cost}
      </Title>
      <dl className={styles.sums}>
        <div>
          <dt>{m.claims.itemsTotal}</dt>
          <dd>{format.won(items)}</dd>
        </div>
        <div>
          <dt>{remedy === 'RESHIP' ? m.claims.exchangeFee : m.claims.fee}</dt>
          <dd>{fee === 0 ? m.cart.free : format.won(fee)}</dd>
        </div>
        {remedy === 'REFUND' && (
          <div className={styles.grand}>
            <dt>{m.claims.expectedRefund}</dt>
            <dd>{format.won(refund)}</dd>
          </div>
        )}
      </dl>
      <Text size="sm" c="dimmed" mt="sm">
        {free ? m.claims.feeBySeller : remedy === 'RESHIP' ? m.claims.feeOfExchange : m.claims.feeByBuyer}
      </Text>
    </section>
  );
}
