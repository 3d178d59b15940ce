import { Button, Group, Text } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useI18n } from '../../i18n';
import { PageTitle } from '../../ui/PageTitle';
import styles from '../shop.module.css';

export default function PaymentFailPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const orderId = params.get('orderId');
  const message = params.get('message');
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.checkout.failTitle} />
      <Text>{m.checkout.failText}</Text>
      {message !== null && (
        <Text c="dimmed" size="sm" mt="xs">
          {message}
        </Text>
      )}
      <Group mt="lg">
        <Button component={Link} to={orderId === null ? '/orders' : `/orders/${encodeURIComponent(orderId)}`}>
          {m.checkout.payAgain}
        </Button>
        <Button variant="default" component={Link} to="/cart">
          {m.shop.viewCart}
        </Button>
      </Group>
    </div>
  );
}
