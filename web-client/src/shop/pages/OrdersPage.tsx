import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { usePageVariables } from '../../ui/paging';
import { Picture } from '../../ui/Picture';
import { RowsSkeleton } from '../../ui/Skeletons';
import { StateBadge } from '../../ui/StateBadge';
import { lineImage } from '../lineImage';
import { OrdersDocument, type OrderSummaryFragment } from '../operations';
import styles from '../shop.module.css';

const pageSize = 10;

export default function OrdersPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(OrdersDocument, usePageVariables(pageSize), {
    dependsOn: ['Order'],
  });
  const page = data?.me?.orders;
  return (
    <>
      <PageTitle title={m.orders.title} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && (
        <EmptyState text={m.orders.empty}>
          <Button component={Link} to="/">
            {m.common.keepShopping}
          </Button>
        </EmptyState>
      )}
      <Stack component="ul" gap="md" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {page?.nodes.map((order) => (
          <li key={order.id}>
            <OrderCard order={order} />
          </li>
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function OrderCard({ order }: { order: OrderSummaryFragment }) {
  const { m, format } = useI18n();
  const first = order.lines[0];
  return (
    <Link to={`/orders/${order.id}`} className={`${styles.panel} ${styles.linkCard}`}>
      <Group justify="space-between" mb="sm">
        <Text size="sm" c="dimmed">
          {format.date(order.placedAt)} · {order.number}
        </Text>
        <Group gap={6}>
          {order.payments.some((payment) => payment.refundAccountNeeded) && (
            <Badge variant="light" color="red" radius="sm" tt="none">
              {m.orders.refundAccountNeeded}
            </Badge>
          )}
          <StateBadge state={order.state} label={m.states.order[order.state]} />
        </Group>
      </Group>
      <Group wrap="nowrap" align="flex-start">
        <Picture image={lineImage(first?.imageUrl ?? null)} size={68} />
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            {first?.productTitle ?? order.name}
          </Text>
          {order.lines.length > 1 && (
            <Text size="sm" c="dimmed">
              {m.orders.more(order.lines.length - 1)}
            </Text>
          )}
          <Text fw={800} mt={4}>
            {format.won(order.total.amount)}
          </Text>
        </div>
      </Group>
    </Link>
  );
}
