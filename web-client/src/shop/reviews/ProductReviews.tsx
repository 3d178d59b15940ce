import { Button, Group, NativeSelect, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { FailureAlert } from '../../ui/FailureAlert';
import { Pager } from '../../ui/Pager';
import { usePageVariables } from '../../ui/paging';
import { RowsSkeleton } from '../../ui/Skeletons';
import {
  ProductReviewsDocument,
  VoteReviewHelpfulDocument,
  WithdrawReviewVoteDocument,
  type ProductReviewsQuery,
  type ReviewSort,
} from '../operations';
import styles from '../shop.module.css';
import { ReportDialog } from './ReportDialog';
import { ReviewCard } from './ReviewCard';
import own from './reviews.module.css';
import { Stars } from './Stars';

type Reviewed = NonNullable<ProductReviewsQuery['product']>;
type ShownReview = Reviewed['reviews']['nodes'][number];

const sorts: readonly ReviewSort[] = ['NEWEST', 'HELPFUL', 'RATING_DESC', 'RATING_ASC'];

/** What buyers say of a product, below the product itself. */
export default function ProductReviews({ productId }: { productId: string }) {
  const { m } = useI18n();
  const [params, setParams] = useSearchParams();
  const sort = sorts.find((one) => one === params.get('reviews')) ?? 'NEWEST';
  const { data, loading, failure, reload } = useApiQuery(
    ProductReviewsDocument,
    { id: productId, ...usePageVariables(10), sort },
    { dependsOn: ['Review'] },
  );
  const product = data?.product;
  return (
    <section className={styles.section} id="reviews">
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h3">
          {m.reviews.title}
        </Title>
        {product && product.rating.count > 0 && (
          <NativeSelect
            aria-label={m.reviews.sort}
            value={sort}
            onChange={(event) => setParams({ reviews: event.currentTarget.value }, { preventScrollReset: true })}
            data={sorts.map((one) => ({ value: one, label: m.reviews.sorts[one] }))}
          />
        )}
      </Group>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton count={2} />}
      {product && <Rating rating={product.rating} />}
      <ul className={styles.plainList}>
        {product?.reviews.nodes.map((review) => (
          <li key={review.id} className={own.card}>
            <ReviewCard review={review}>
              <Commands review={review} />
            </ReviewCard>
          </li>
        ))}
      </ul>
      {product && <Pager info={product.reviews.pageInfo} />}
    </section>
  );
}

function Rating({ rating }: { rating: Reviewed['rating'] }) {
  const { m } = useI18n();
  if (rating.average === null) return <Text c="dimmed">{m.reviews.none}</Text>;
  return (
    <>
      <Group gap="xs">
        <Stars value={Math.round(Number(rating.average))} />
        <Text fw={700}>{m.reviews.average(rating.average, rating.count)}</Text>
      </Group>
      <ul className={own.histogram}>
        {rating.histogram.map((bucket) => (
          <li key={bucket.stars}>
            <span>{m.reviews.starsOf(bucket.stars)}</span>
            <meter min={0} max={rating.count} value={bucket.count} aria-label={m.reviews.starsOf(bucket.stars)} />
            <span>{m.common.count(bucket.count)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Commands({ review }: { review: ShownReview }) {
  const { m } = useI18n();
  const { status } = useSession();
  const [reporting, setReporting] = useState(false);
  const vote = useAction(VoteReviewHelpfulDocument, (data) => data.voteReviewHelpful, ['Review']);
  const withdraw = useAction(WithdrawReviewVoteDocument, (data) => data.withdrawReviewVote, ['Review']);
  const input = { reviewId: review.id };
  if (status !== 'signedIn') {
    return review.helpfulCount > 0 ? (
      <Text size="sm" c="dimmed" mt="xs">
        {m.reviews.helpfulCount(review.helpfulCount)}
      </Text>
    ) : null;
  }
  return (
    <>
      <Group gap="xs" mt="sm">
        <Button
          size="xs"
          variant={review.votedHelpful ? 'light' : 'default'}
          aria-pressed={review.votedHelpful}
          loading={vote.busy || withdraw.busy}
          onClick={() => void (review.votedHelpful ? withdraw : vote).run({ input })}
        >
          {m.reviews.helpful(review.helpfulCount)}
        </Button>
        <Button size="xs" variant="default" onClick={() => setReporting(true)}>
          {m.reviews.report}
        </Button>
      </Group>
      <FailureAlert failure={vote.failure ?? withdraw.failure} />
      {reporting && <ReportDialog reviewId={review.id} onClose={() => setReporting(false)} />}
    </>
  );
}
