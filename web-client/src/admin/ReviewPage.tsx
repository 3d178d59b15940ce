import { Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { kcText } from '../shop/kc';
import { FailureAlert } from '../ui/FailureAlert';
import { Pager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { usePageVariables } from '../ui/paging';
import { Picture } from '../ui/Picture';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import {
  ApproveProductDocument,
  ProductsForReviewDocument,
  RejectProductDocument,
  type ProductsForReviewQuery,
} from './operations';

type Product = ProductsForReviewQuery['productsForReview']['nodes'][number];

const pageSize = 20;
const changes = ['Product'];

export function ReviewPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ProductsForReviewDocument, usePageVariables(pageSize), {
    dependsOn: changes,
  });
  const page = data?.productsForReview;
  return (
    <>
      <PageTitle title={m.admin.reviewTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.admin.reviewEmpty} />}
      <Stack>
        {page?.nodes.map((product) => (
          <ReviewRow key={product.id} product={product} />
        ))}
      </Stack>
      {page && <Pager info={page.pageInfo} />}
    </>
  );
}

function ReviewRow({ product }: { product: Product }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [rejecting, setRejecting] = useState(false);
  const approve = useAction(ApproveProductDocument, (data) => data.approveProduct, changes);
  const reject = useAction(RejectProductDocument, (data) => data.rejectProduct, changes);
  const approveIt = async () => {
    if (await approve.run({ input: { productId: product.id } })) toast(m.admin.approved);
  };
  const rejectIt = async (reason: string) => {
    if (await reject.run({ input: { productId: product.id, reason } })) toast(m.admin.rejected);
  };
  return (
    <section className={styles.panel}>
      <Group wrap="nowrap" align="flex-start">
        <Picture image={product.thumbnail && { ...product.thumbnail, alt: '' }} size={84} />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Title order={2} size="h5">
            {product.title}
          </Title>
          <Text size="sm" c="dimmed">
            {product.seller.name} · {product.category.name} · {format.won(product.price.amount)} · {product.origin}
          </Text>
          <details>
            <Text component="summary" size="sm" mt={4} style={{ cursor: 'pointer' }}>
              {m.admin.details}
            </Text>
            <Text size="sm" mt={4} style={{ whiteSpace: 'pre-line' }}>
              {product.description}
            </Text>
            <dl className={styles.facts}>
              {product.kc && (
                <>
                  <dt>{m.goods.kc}</dt>
                  <dd>{kcText(m, product.kc)}</dd>
                </>
              )}
              {product.notices.map((notice) => (
                <div key={notice.name} style={{ display: 'contents' }}>
                  <dt>{notice.name}</dt>
                  <dd>{notice.value}</dd>
                </div>
              ))}
            </dl>
          </details>
          <Group gap="xs" mt="sm">
            <Button
              size="xs"
              loading={approve.busy}
              aria-label={m.admin.approveOf(product.title)}
              onClick={() => void approveIt()}
            >
              {m.admin.approve}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={m.admin.rejectOf(product.title)}
              onClick={() => setRejecting(true)}
            >
              {m.admin.reject}
            </Button>
          </Group>
          <FailureAlert failure={approve.failure} />
        </div>
      </Group>
      {rejecting && (
        <ReasonDialog
          title={m.admin.rejectOf(product.title)}
          label={m.admin.reason}
          action={m.admin.reject}
          keep={m.common.back}
          busy={reject.busy}
          failure={reject.failure}
          onSubmit={(reason) => void rejectIt(reason)}
          onClose={() => setRejecting(false)}
        />
      )}
    </section>
  );
}
