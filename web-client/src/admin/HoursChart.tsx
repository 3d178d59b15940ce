import { Table, Text } from '@mantine/core';
import { useI18n } from '../i18n';
import styles from './admin.module.css';
import type { AdminDashboardQuery } from './operations';

type Hour = NonNullable<AdminDashboardQuery['salesOverview']>['hours'][number];

const width = 720;
const height = 238;
const floor = 202;
const slot = width / 24;

/** Revenue in each hour of the day, as bars and, for those who cannot see them, as a table. */
export function HoursChart({ hours }: { hours: readonly Hour[] }) {
  const { m, format } = useI18n();
  const byHour = new Map(hours.map((hour) => [hour.hour, hour]));
  const most = Math.max(1, ...hours.map((hour) => hour.revenue.amount));
  return (
    <>
      <svg className={styles.chart} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={m.admin.byHour}>
        <line className={styles.axis} x1="0" x2={width} y1={floor} y2={floor} />
        {Array.from({ length: 24 }, (_, at) => {
          const hour = byHour.get(at);
          const revenue = hour?.revenue.amount ?? 0;
          const tall = revenue <= 0 ? 0 : Math.max(3, (revenue / most) * (floor - 12));
          return (
            <g key={at}>
              <rect className={styles.bar} x={at * slot + 5} y={floor - tall} width={slot - 10} height={tall} rx="3">
                <title>{m.admin.hourBar(at, hour?.orders ?? 0, format.won(revenue))}</title>
              </rect>
              {at % 3 === 0 && (
                <text x={at * slot + 5} y={floor + 26} data-minor={at % 6 === 0 ? undefined : true}>
                  {m.admin.hour(at)}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <details>
        <Text component="summary" size="sm" style={{ cursor: 'pointer' }}>
          {m.admin.asTable}
        </Text>
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{m.admin.time}</Table.Th>
              <Table.Th scope="col">{m.admin.hourOrders}</Table.Th>
              <Table.Th scope="col">{m.admin.hourRevenue}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {hours.map((hour) => (
              <Table.Tr key={hour.hour}>
                <Table.Th scope="row">{m.admin.hour(hour.hour)}</Table.Th>
                <Table.Td>{format.number(hour.orders)}</Table.Td>
                <Table.Td>{format.won(hour.revenue.amount)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </details>
    </>
  );
}
