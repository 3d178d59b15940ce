import { Button, Group, NativeSelect, Stack, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReviewCard } from '../shop/reviews/ReviewCard';
import styles from '../shop/shop.module.css';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import { ReplyToReviewDocument, SellerReviewsDocument, type ReviewWhere, type SellerReviewsQuery } from './operations';
import { useOwnSeller } from './SellerArea';

type ShownReview = SellerReviewsQuery['sellerReviews']['nodes'][number];

const pageSize = 20;
const everything: ReviewWhere = { stars: null, withPhotos: null, replied: null };
const filters = {
  unanswered: { ...everything, replied: false },
  photos: { ...everything, withPhotos: true },
  poor: { ...everything, stars: [1, 2] },
} satisfies Record<string, ReviewWhere>;
type Filter = keyof typeof filters;
const names = Object.keys(filters) as Filter[];

export default function SellerReviewsPage() {
  const { m } = useI18n();
  const seller = useOwnSeller();
  const [params, setParams] = useSearchParams();
  const filter = names.find((one) => one === params.get('only')) ?? null;
  const { data, loading, failure, reload } = useApiQuery(
    SellerReviewsDocument,
    { sellerId: seller.id, ...useForwardVariables(pageSize), where: filter === null ? null : filters[filter] },
    { dependsOn: ['Review'] },
  );
  const page = data?.sellerReviews;
  return (
    <>
      <Group justify="space-between" align="flex-start">
        <PageTitle title={m.seller.reviewsTitle} />
        <NativeSelect
          aria-label={m.seller.reviewFilter}
          value={filter ?? 'all'}
          onChange={(event) => setParams({ only: event.currentTarget.value })}
          data={[
            { value: 'all', label: m.seller.filterAll },
            ...names.map((one) => ({ value: one, label: m.seller.reviewFilters[one] })),
          ]}
        />
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.seller.reviewsEmpty} />}
      <Stack>
        {page?.nodes.map((review) => (
          <ReviewRow key={review.id} review={review} />
        ))}
      </Stack>
      {page && <ForwardPager info={page.pageInfo} />}
    </>
  );
}

function ReviewRow({ review }: { review: ShownReview }) {
  const { m } = useI18n();
  const toast = useToast();
  const [replying, setReplying] = useState(false);
  const reply = useAction(ReplyToReviewDocument, (data) => data.replyToReview, ['Review']);
  const send = async (text: string) => {
    if (!(await reply.run({ input: { reviewId: review.id, text } }))) return;
    setReplying(false);
    toast(m.seller.replied);
  };
  const action = review.reply === null ? m.seller.reply : m.seller.changeReply;
  return (
    <section className={styles.panel}>
      <Title order={2} size="h5" mb={4}>
        {review.product.title}
      </Title>
      <ReviewCard review={review}>
        <Group mt="sm">
          <Button
            size="xs"
            variant={review.reply === null ? 'filled' : 'default'}
            aria-label={m.seller.replyOf(action, review.product.title)}
            onClick={() => {
              reply.forget();
              setReplying(true);
            }}
          >
            {action}
          </Button>
        </Group>
      </ReviewCard>
      {replying && (
        <ReasonDialog
          title={action}
          label={m.seller.replyText}
          action={action}
          keep={m.common.back}
          initial={review.reply?.text ?? ''}
          maxLength={1000}
          gentle
          busy={reply.busy}
          failure={reply.failure}
          onSubmit={(text) => void send(text)}
          onClose={() => setReplying(false)}
        />
      )}
    </section>
  );
}
