import { Alert, Anchor } from '@mantine/core';
import type { ReactNode } from 'react';
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '../app/NotFoundPage';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { FailureAlert } from '../ui/FailureAlert';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';
import { OwnProductDocument, type OwnProductQuery, type ProductState } from './operations';

export type OwnProduct = NonNullable<OwnProductQuery['product']>;

/** Whether the seller may change a product: not while staff review it, and never after its end. */
export function isEditable(state: ProductState): boolean {
  return state !== 'IN_REVIEW' && state !== 'ENDED';
}

/** A page about the product that the address names, for as long as it can be changed. */
export function OwnProductPage({ title, children }: { title: string; children: (product: OwnProduct) => ReactNode }) {
  const { m } = useI18n();
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(OwnProductDocument, { id }, { policy: 'network-only' });
  const product = data?.product;
  if (loading) return <RowsSkeleton />;
  if (data && !product && failure === null) return <NotFoundPage />;
  return (
    <>
      <PageTitle title={title} />
      <Anchor component={Link} to="/seller/products" size="sm" display="inline-block" mb="md">
        {m.goods.backToProducts}
      </Anchor>
      <FailureAlert failure={failure} onRetry={reload} />
      {product && !isEditable(product.state) && <Alert color="blue">{m.goods.notEditable}</Alert>}
      {product && isEditable(product.state) && children(product)}
    </>
  );
}
