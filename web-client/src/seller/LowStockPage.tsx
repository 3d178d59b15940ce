import { Button, Text } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import styles from '../shop/shop.module.css';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables } from '../ui/paging';
import { RowsSkeleton } from '../ui/Skeletons';
import { LowStockDocument } from './operations';
import { useOwnSeller } from './SellerArea';

/** What will be sold out soon. Where the notification of low stock leads. */
export default function LowStockPage() {
  const { m, format } = useI18n();
  const seller = useOwnSeller();
  const { data, loading, failure, reload } = useApiQuery(
    LowStockDocument,
    { sellerId: seller.id, ...useForwardVariables(50) },
    { dependsOn: ['StockItem'] },
  );
  const page = data?.lowStock;
  return (
    <>
      <PageTitle title={m.seller.lowStock} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.seller.lowStockEmpty} />}
      {page && page.nodes.length > 0 && (
        <section className={styles.panel}>
          <ul className={styles.plainList}>
            {page.nodes.map((item) => (
              <li key={item.id} className={styles.line}>
                <div className={styles.lineBody}>
                  <Text fw={600}>{item.variant.product.title}</Text>
                  <Text size="sm" c="dimmed">
                    {item.variant.name === '' ? item.variant.sku : `${item.variant.name} (${item.variant.sku})`}
                  </Text>
                </div>
                <Text>
                  {m.seller.available} {format.number(item.available)} / {m.seller.safetyStock}{' '}
                  {format.number(item.safetyStock)}
                </Text>
              </li>
            ))}
          </ul>
        </section>
      )}
      {page && <ForwardPager info={page.pageInfo} />}
      <Button component={Link} to="/seller/products?state=ON_SALE" variant="default" mt="lg">
        {m.seller.productsMenu}
      </Button>
    </>
  );
}
