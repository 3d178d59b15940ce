import { Anchor, Badge, Group, Skeleton, Text, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Link, useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { Picture } from '../../ui/Picture';
import { RowsSkeleton } from '../../ui/Skeletons';
import { Breadcrumbs } from '../Breadcrumbs';
import { BuyPanel } from '../BuyPanel';
import { Facts } from '../Facts';
import { kcText } from '../kc';
import { adultPage } from '../my/identity';
import { ProductDocument, type ProductQuery } from '../operations';
import styles from '../shop.module.css';

// Below the fold: its code need not hold up the page.
const ProductReviews = lazy(() => import('../reviews/ProductReviews'));

export type ProductDetail = NonNullable<ProductQuery['product']>;

export function ProductPage() {
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(ProductDocument, { id });
  if (loading) return <ProductSkeleton />;
  if (data && !data.product) return <NotFoundPage />;
  return (
    <>
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.product && <Product product={data.product} key={data.product.id} />}
    </>
  );
}

function Product({ product }: { product: ProductDetail }) {
  const { m } = useI18n();
  return (
    <article>
      <Breadcrumbs path={product.category.path} />
      <div className={styles.product}>
        <Gallery images={product.images} />
        <div>
          <Text size="sm" c="dimmed" mb={4}>
            {product.seller.name}
          </Text>
          <PageTitle title={product.title} />
          {product.summary !== null && (
            <Text mb="sm" c="dimmed">
              {product.summary}
            </Text>
          )}
          <Group gap={6} mb="xs">
            {product.taxFree && <Badge variant="light">{m.shop.taxFree}</Badge>}
            {product.adultOnly && (
              <Badge variant="light" color="red">
                {m.shop.adultOnly}
              </Badge>
            )}
          </Group>
          {product.adultOnly && product.images.length === 0 && (
            <Text size="sm" mb="xs">
              {m.adult.hiddenPhotos}{' '}
              <Anchor component={Link} to={adultPage(`/p/${product.id}`)} underline="always">
                {m.adult.verify}
              </Anchor>
            </Text>
          )}
          <BuyPanel product={product} />
        </div>
      </div>
      <Section title={m.shop.description}>
        <div className={styles.prose}>{product.description}</div>
      </Section>
      <Section title={m.shop.notices}>
        <Facts
          facts={[
            [m.shop.origin, product.origin],
            [m.shop.brandName, product.brand?.name ?? null],
            [m.goods.kc, kcText(m, product.kc)],
            ...product.notices.map((notice): [string, string] => [notice.name, notice.value]),
          ]}
        />
      </Section>
      <Section title={m.shop.sellerInfo}>
        <Facts
          facts={[
            [m.shop.sellerName, product.seller.name],
            [m.shop.representative, product.seller.representativeName],
            [m.shop.businessNumber, product.seller.businessNumber],
            [m.shop.mailOrderNumber, product.seller.mailOrderNumber],
            [m.shop.sellerAddress, product.seller.address],
            [m.shop.sellerContact, `${product.seller.phone} · ${product.seller.email}`],
          ]}
        />
      </Section>
      <Suspense fallback={<RowsSkeleton count={2} />}>
        <ProductReviews productId={product.id} />
      </Suspense>
    </article>
  );
}

function Section({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <section className={styles.section}>
      <Title order={2} size="h3" mb="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}

function Gallery({ images }: { images: ProductDetail['images'] }) {
  const { m } = useI18n();
  const [at, setAt] = useState(0);
  return (
    <div>
      <Picture image={images[at] ?? images[0]} eager />
      {images.length > 1 && (
        <div className={styles.thumbs}>
          {images.map((image, index) => (
            <button
              key={image.url}
              type="button"
              aria-label={m.shop.photo(index + 1)}
              aria-pressed={index === at}
              onClick={() => setAt(index)}
            >
              <Picture image={{ ...image, alt: '' }} size={64} />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function ProductSkeleton() {
  return (
    <div className={styles.product}>
      <Skeleton style={{ aspectRatio: '1' }} radius="md" />
      <RowsSkeleton count={4} height={44} />
    </div>
  );
}
