import { Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import styles from './admin.module.css';
import { HoursChart } from './HoursChart';
import { AdminDashboardDocument, type AdminDashboardQuery } from './operations';
import { OrdersTable } from './OrdersTable';
import { usePermissions } from './staff';

/** The market at a glance, as far as the reader's roles reach. One operation brings all of it. */
export function DashboardPage() {
  const { m } = useI18n();
  const may = usePermissions();
  const { data, loading, failure, reload } = useApiQuery(
    AdminDashboardDocument,
    { orders: may('ORDERS'), sellers: may('SELLERS'), products: may('PRODUCTS'), reviews: may('REVIEWS') },
    { policy: 'network-only' },
  );
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.admin.dashboard} />
        <Button variant="default" onClick={reload}>
          {m.admin.refresh}
        </Button>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && (
        <Stack gap="md">
          {data.salesOverview && <Sales sales={data.salesOverview} />}
          <Waiting data={data} />
          {data.salesOverview && (
            <section className={styles.panel}>
              <Title order={2} size="h4" mb="sm">
                {m.admin.byHour}
              </Title>
              <HoursChart hours={data.salesOverview.hours} />
            </section>
          )}
          <div className={data.salesOverview ? styles.columns : undefined}>
            {data.salesOverview && (
              <section className={styles.panel}>
                <Title order={2} size="h4" mb="sm">
                  {m.admin.latestOrders}
                </Title>
                <OrdersTable orders={data.salesOverview.latestOrders} />
              </section>
            )}
            <Services services={data.services} />
          </div>
        </Stack>
      )}
    </>
  );
}

function Sales({ sales }: { sales: NonNullable<AdminDashboardQuery['salesOverview']> }) {
  const { m, format } = useI18n();
  const tiles: [string, string][] = [
    [m.admin.placedOrders, format.number(sales.placedOrders)],
    [m.admin.paidOrders, format.number(sales.paidOrders)],
    [m.admin.cancelledOrders, format.number(sales.cancelledOrders)],
    [m.admin.averageOrder, format.won(sales.averageOrder.amount)],
  ];
  return (
    <section aria-label={m.admin.today(sales.date)}>
      <Text size="sm" c="dimmed" mb="xs">
        {m.admin.today(sales.date)}
      </Text>
      <dl className={styles.tiles}>
        <div className={`${styles.tile} ${styles.lead}`}>
          <dt>{m.admin.revenue}</dt>
          <dd>{format.won(sales.revenue.amount)}</dd>
        </div>
        {tiles.map(([name, value]) => (
          <div key={name} className={styles.tile}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** What waits for staff, over all services. */
function Waiting({ data }: { data: AdminDashboardQuery }) {
  const { m, format } = useI18n();
  const { adminOverview } = data;
  const tiles: [string, number | undefined][] = [
    [m.office.pendingApprovals, adminOverview.pendingApprovals],
    [m.office.openComplaints, adminOverview.openComplaints],
    [m.office.applications, data.applications?.totalCount],
    [m.office.forReview, data.productsForReview?.totalCount],
    [m.office.disputes, data.disputes?.totalCount],
    [m.office.reportedReviews, data.reportedReviews?.totalCount],
    [m.office.impersonations, adminOverview.activeImpersonations],
    [m.office.auditToday, adminOverview.auditEntriesToday],
  ];
  return (
    <section aria-label={m.office.waiting}>
      <dl className={styles.tiles}>
        {tiles.map(
          ([name, value]) =>
            value !== undefined && (
              <div key={name} className={styles.tile}>
                <dt>{name}</dt>
                <dd>{format.number(value)}</dd>
              </div>
            ),
        )}
      </dl>
    </section>
  );
}

function Services({ services }: { services: AdminDashboardQuery['services'] }) {
  const { m, format } = useI18n();
  const down = services.filter((service) => !service.healthy).length;
  const checkedAt = services[0]?.checkedAt;
  return (
    <section className={styles.panel}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4">
          {m.admin.services}
        </Title>
        <Badge variant="light" color={down === 0 ? 'pine' : 'red'} tt="none">
          {down === 0 ? m.admin.allHealthy(services.length) : m.admin.unhealthy(down)}
        </Badge>
      </Group>
      <ul className={styles.services}>
        {services.map((service) => (
          <li key={service.name}>
            <span className={styles.dot} data-down={service.healthy ? undefined : true} aria-hidden="true" />
            <span>
              <strong>{service.name}</strong>{' '}
              <Text span size="xs" c="dimmed">
                {service.version}
              </Text>
            </span>
            <Text size="sm" c="dimmed">
              {service.healthy ? m.admin.healthy : m.admin.down} · {m.admin.latency(format.number(service.latencyMs))}
            </Text>
            {service.detail !== null && !service.healthy && <span className={styles.detail}>{service.detail}</span>}
          </li>
        ))}
      </ul>
      {checkedAt !== undefined && (
        <Text size="xs" c="dimmed" mt="sm">
          {m.admin.checkedAt(format.dateTime(checkedAt))}
        </Text>
      )}
    </section>
  );
}
