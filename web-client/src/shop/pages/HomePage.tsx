import { Button, Title, VisuallyHidden } from '@mantine/core';
import { Link } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { useDocumentTitle } from '../../ui/PageTitle';
import { CardsSkeleton } from '../../ui/Skeletons';
import { CategoriesDocument, HomeDocument } from '../operations';
import { ProductGrid } from '../ProductGrid';
import styles from '../shop.module.css';

const shown = 12;

export function HomePage() {
  const { m } = useI18n();
  useDocumentTitle(m.common.brand);
  const { data, loading, failure, reload } = useApiQuery(HomeDocument, { first: shown }, { dependsOn: ['Product'] });
  const categories = useApiQuery(CategoriesDocument, {}, { policy: 'cache-first', dependsOn: ['Category'] }).data?.categories;
  const children = categories?.filter((category) => category.parent === null) ?? [];
  const products = data?.products.nodes ?? [];
  return (
    <>
      <section className={styles.hero}>
        <h1>{m.shop.heroTitle}</h1>
        <p>{m.shop.heroText}</p>
        <div>
          <Button component="a" href="#new" variant="white" size="md" radius="xl">
            {m.shop.heroAction}
          </Button>
        </div>
      </section>
      {children.length > 0 && (
        <section>
          <VisuallyHidden component="h2">{m.common.categories}</VisuallyHidden>
          <ul className={styles.tiles}>
            {children.map((category) => (
              <li key={category.id}>
                <Link to={`/c/${category.slug}`}>{category.name}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
      <section id="new">
        <Title order={2} size="h3" mb="md">
          {m.shop.newProducts}
        </Title>
        <FailureAlert failure={failure} onRetry={reload} />
        {loading && <CardsSkeleton count={shown} />}
        {data && (products.length > 0 ? <ProductGrid products={products} /> : <EmptyState text={m.shop.noProducts} />)}
      </section>
    </>
  );
}
