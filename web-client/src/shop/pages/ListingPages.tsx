import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { usePageVariables } from '../../ui/paging';
import { CardsSkeleton } from '../../ui/Skeletons';
import { Breadcrumbs } from '../Breadcrumbs';
import { readListing, whereOf } from '../listing';
import { ListingTools } from '../ListingTools';
import { CategoryDocument, type ProductPageFragment } from '../operations';
import { ProductGrid } from '../ProductGrid';
import styles from '../shop.module.css';

const pageSize = 24;

function useListingVariables() {
  const [params] = useSearchParams();
  const page = usePageVariables(pageSize);
  return useMemo(() => {
    const listing = readListing(params);
    return { ...page, sort: listing.sort, where: whereOf(listing) };
  }, [params, page]);
}

export function CategoryPage() {
  const { slug = '' } = useParams();
  const variables = { slug, ...useListingVariables() };
  const { data, loading, failure, reload } = useApiQuery(CategoryDocument, variables, { dependsOn: ['Product'] });
  const category = data?.category;
  if (loading) return <CardsSkeleton />;
  if (data && !category) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {category && (
        <>
          <Breadcrumbs path={category.path} current={category.slug} />
          <PageTitle title={category.name} />
          {category.children.length > 0 && <SubCategories of={category.children} />}
          <Products page={category.products} key={slug} />
        </>
      )}
    </>
  );
}

function SubCategories({ of }: { of: readonly { id: string; slug: string; name: string }[] }) {
  const { m } = useI18n();
  return (
    <nav aria-label={m.shop.subCategories}>
      <ul className={styles.subs}>
        {of.map((child) => (
          <li key={child.id}>
            <Link to={`/c/${child.slug}`}>{child.name}</Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Products({ page }: { page: ProductPageFragment }) {
  const { m } = useI18n();
  return (
    <>
      <ListingTools />
      <Text size="sm" c="dimmed" mb="md" role="status">
        {m.shop.products} {m.common.count(page.totalCount)}
      </Text>
      {page.nodes.length === 0 ? (
        <EmptyState text={m.shop.noProducts} hint={m.shop.noProductsHint} />
      ) : (
        <ProductGrid products={page.nodes} />
      )}
      <Pager info={page.pageInfo} />
    </>
  );
}
