import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { CardsSkeleton } from '../../ui/Skeletons';
import { WishlistDocument } from '../operations';
import { ProductGrid } from '../ProductGrid';

export default function WishlistPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(WishlistDocument, { first: 60 }, { dependsOn: ['WishlistItem'] });
  const products = data?.me?.wishlist.nodes.map((item) => item.product) ?? [];
  return (
    <>
      <PageTitle title={m.common.wishlist} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <CardsSkeleton />}
      {data && products.length === 0 && (
        <EmptyState text={m.shop.wishlistEmpty}>
          <Button component={Link} to="/">
            {m.common.keepShopping}
          </Button>
        </EmptyState>
      )}
      <ProductGrid products={products} />
    </>
  );
}
