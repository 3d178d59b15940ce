import { Anchor, Table, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { StateBadge } from '../ui/StateBadge';
import type { AdminOrdersQuery } from './operations';

export function OrdersTable({ orders }: { orders: AdminOrdersQuery['orders']['nodes'] }) {
  const { m, format } = useI18n();
  if (orders.length === 0) return <EmptyState text={m.admin.noOrders} />;
  return (
    <Table.ScrollContainer minWidth={430} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table verticalSpacing="sm" horizontalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">{m.admin.number}</Table.Th>
            <Table.Th scope="col">{m.admin.buyer}</Table.Th>
            <Table.Th scope="col">{m.admin.state}</Table.Th>
            <Table.Th scope="col">{m.admin.amount}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {orders.map((order) => (
            <Table.Tr key={order.id}>
              <Table.Th scope="row">
                <Anchor component={Link} to={`/admin/orders/${order.id}`} size="sm" fw={600} underline="always">
                  {order.number}
                </Anchor>
                <Text size="xs" c="dimmed" lineClamp={1}>
                  {format.shortTime(order.placedAt)} · {order.name}
                </Text>
              </Table.Th>
              <Table.Td>{order.buyer.name ?? m.admin.unknownBuyer}</Table.Td>
              <Table.Td>
                <StateBadge state={order.state} label={m.states.order[order.state]} />
              </Table.Td>
              <Table.Td>{format.won(order.total.amount)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
