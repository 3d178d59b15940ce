import { Alert, Button, Group, NativeSelect, Paper, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { Picture } from '../ui/Picture';
import { RowsSkeleton } from '../ui/Skeletons';
import { StateBadge } from '../ui/StateBadge';
import { useToast } from '../ui/toast';
import { SellerProductsDocument, SubmitProductDocument, type ProductState, type SellerProductsQuery } from './operations';
import { isEditable } from './OwnProduct';
import { useOwnSeller } from './SellerArea';
import { StockForm } from './StockForm';

export type OwnProduct = NonNullable<SellerProductsQuery['seller']>['products']['nodes'][number];

const pageSize = 20;
const productStates: readonly ProductState[] = ['DRAFT', 'IN_REVIEW', 'ON_SALE', 'SUSPENDED', 'ENDED'];

export function SellerProductsPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const [params, setParams] = useSearchParams();
  const page = usePageVariables(pageSize);
  const state = productStates.find((one) => one === params.get('state')) ?? null;
  const { data, loading, failure, reload } = useApiQuery(
    SellerProductsDocument,
    { sellerId: seller.id, ...page, where: state === null ? null : { state } },
    { dependsOn: ['Product', 'StockItem'] },
  );
  const products = data?.seller?.products;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.productsTitle} />
        <Group>
          <NativeSelect
            aria-label={m.seller.productFilter}
            value={state ?? 'all'}
            onChange={(event) => setParams({ state: event.currentTarget.value })}
            data={[
              { value: 'all', label: m.seller.filterAll },
              ...productStates.map((one) => ({ value: one, label: m.states.product[one] })),
            ]}
          />
          <Button component={Link} to="/seller/products/new">
            {m.seller.newProduct}
          </Button>
        </Group>
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {products && products.nodes.length === 0 && <EmptyState text={m.seller.productsEmpty} />}
      <Stack>
        {products?.nodes.map((product) => (
          <ProductRow key={product.id} product={product} />
        ))}
      </Stack>
      {products && <Pager info={products.pageInfo} />}
    </>
  );
}

function ProductRow({ product }: { product: OwnProduct }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [stockOpen, setStockOpen] = useState(false);
  const submit = useAction(SubmitProductDocument, (data) => data.submitProduct, ['Product']);
  const send = async () => {
    if (await submit.run({ input: { productId: product.id } })) toast(m.seller.submitted);
  };
  return (
    <Paper component="section" withBorder radius="lg" p="md">
      <Group wrap="nowrap" align="flex-start">
        <Picture image={product.thumbnail && { ...product.thumbnail, alt: '' }} size={64} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h5">
            {product.title}
          </Title>
          <Group gap="xs" my={4}>
            <StateBadge state={product.state} label={m.states.product[product.state]} />
            <Text size="sm" c="dimmed">
              {format.won(product.price.amount)} · {m.seller.variants(product.variants.length)}
            </Text>
          </Group>
          {product.rejectionReason !== null && product.state === 'DRAFT' && (
            <Alert color="orange" my="xs" py="xs">
              {m.seller.rejectedFor(product.rejectionReason)}
            </Alert>
          )}
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-expanded={stockOpen}
              aria-label={m.seller.stockOf(product.title)}
              onClick={() => setStockOpen(!stockOpen)}
            >
              {m.seller.stock}
            </Button>
            {isEditable(product.state) && (
              <>
                <Button
                  size="xs"
                  variant="default"
                  component={Link}
                  to={`/seller/products/${product.id}`}
                  aria-label={m.goods.editOf(product.title)}
                >
                  {m.goods.edit}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  component={Link}
                  to={`/seller/products/${product.id}/options`}
                  aria-label={m.goods.matrixOf(product.title)}
                >
                  {m.goods.matrix}
                </Button>
              </>
            )}
            {product.state === 'DRAFT' && (
              <Button
                size="xs"
                loading={submit.busy}
                aria-label={m.seller.submitOf(product.title)}
                onClick={() => void send()}
              >
                {m.seller.submit}
              </Button>
            )}
          </Group>
          <FailureAlert failure={submit.failure} />
        </div>
      </Group>
      {stockOpen && <StockForm product={product} />}
    </Paper>
  );
}
