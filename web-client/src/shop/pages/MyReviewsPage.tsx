import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { EmptyState } from '../../ui/EmptyState';
import { FailureAlert } from '../../ui/FailureAlert';
import { ForwardPager } from '../../ui/Pager';
import { PageTitle } from '../../ui/PageTitle';
import { useForwardVariables } from '../../ui/paging';
import { Picture } from '../../ui/Picture';
import { ReasonDialog } from '../../ui/ReasonDialog';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { lineImage } from '../lineImage';
import {
  AddReviewFollowUpDocument,
  DeleteReviewDocument,
  MyReviewsDocument,
  ReviewableLinesDocument,
  type MyReviewsQuery,
} from '../operations';
import { ReviewCard } from '../reviews/ReviewCard';
import styles from '../shop.module.css';

type OwnReview = NonNullable<MyReviewsQuery['me']>['reviews']['nodes'][number];

const changes = ['Review', 'ReviewableLine', 'ReviewableLineConnection', 'OrderLine'];

export default function MyReviewsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(MyReviewsDocument, useForwardVariables(10), {
    dependsOn: changes,
  });
  const page = data?.me?.reviews;
  return (
    <>
      <PageTitle title={m.reviews.mine} />
      <ToWrite />
      <Title order={2} size="h4" mb="sm">
        {m.reviews.writtenTitle}
      </Title>
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.reviews.empty} />}
      <Stack>
        {page?.nodes.map((review) => (
          <OwnReviewRow key={review.id} review={review} />
        ))}
      </Stack>
      {page && <ForwardPager info={page.pageInfo} />}
    </>
  );
}

/** Purchases that wait for a review. */
function ToWrite() {
  const { m, format } = useI18n();
  const { data, failure, reload } = useApiQuery(ReviewableLinesDocument, { first: 20 }, { dependsOn: changes });
  const lines = data?.reviewableLines.nodes ?? [];
  if (lines.length === 0 && failure === null) return null;
  return (
    <section className={styles.panel} style={{ marginBottom: 24 }}>
      <Title order={2} size="h4">
        {m.reviews.toWrite}
      </Title>
      <FailureAlert failure={failure} onRetry={reload} />
      <ul className={styles.plainList}>
        {lines.map(({ line, title, variantName, reviewableUntil }) => (
          <li key={line.id} className={styles.line}>
            <Picture image={lineImage(line.imageUrl)} size={56} />
            <div className={styles.lineBody}>
              <Text fw={600}>{title}</Text>
              <Text size="sm" c="dimmed">
                {variantName} · {m.reviews.until(format.date(reviewableUntil))}
              </Text>
              {line.sellerOrder.order !== null && (
                <div>
                  <Button
                    size="xs"
                    component={Link}
                    to={`/orders/${line.sellerOrder.order.id}/review/${line.id}`}
                    aria-label={m.reviews.writeOf(title)}
                  >
                    {m.reviews.write}
                  </Button>
                </div>
              )}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function OwnReviewRow({ review }: { review: OwnReview }) {
  const { m } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<'followUp' | 'remove' | null>(null);
  const remove = useAction(DeleteReviewDocument, (answer) => answer.deleteReview, changes);
  const followUp = useAction(AddReviewFollowUpDocument, (answer) => answer.addReviewFollowUp, changes);
  const addFollowUp = async (body: string) => {
    if (!(await followUp.run({ input: { reviewId: review.id, body } }))) return;
    setAsking(null);
    toast(m.common.saved);
  };
  const removeIt = async () => {
    if (await remove.run({ input: { reviewId: review.id } })) toast(m.reviews.removed);
  };
  return (
    <section className={styles.panel}>
      <Title order={3} size="h5" mb={4}>
        <Link to={`/p/${review.product.id}`} className={styles.lineTitle}>
          {review.product.title}
        </Link>
      </Title>
      {review.blindedReason !== null && (
        <Alert color="orange" my="xs" py="xs">
          {m.reviews.blindedFor(review.blindedReason)}
        </Alert>
      )}
      <ReviewCard review={review}>
        <Group gap="xs" mt="sm">
          {review.state === 'PUBLISHED' && (
            <Button
              size="xs"
              variant="default"
              component={Link}
              to={`/my/reviews/${review.id}/edit`}
              aria-label={m.reviews.editOf(review.product.title)}
            >
              {m.common.edit}
            </Button>
          )}
          {review.state === 'PUBLISHED' && review.followUp === null && (
            <Button
              size="xs"
              variant="default"
              aria-label={m.reviews.followUpOf(review.product.title)}
              onClick={() => {
                followUp.forget();
                setAsking('followUp');
              }}
            >
              {m.reviews.followUp}
            </Button>
          )}
          {asking === 'remove' ? (
            <>
              <Text size="sm">{m.reviews.removeSure}</Text>
              <Button size="xs" color="red.8" loading={remove.busy} onClick={() => void removeIt()}>
                {m.common.remove}
              </Button>
              <Button size="xs" variant="default" onClick={() => setAsking(null)}>
                {m.common.cancel}
              </Button>
            </>
          ) : (
            <Button
              size="xs"
              variant="default"
              aria-label={m.reviews.removeOf(review.product.title)}
              onClick={() => setAsking('remove')}
            >
              {m.common.remove}
            </Button>
          )}
        </Group>
        <FailureAlert failure={remove.failure} />
      </ReviewCard>
      {asking === 'followUp' && (
        <ReasonDialog
          title={m.reviews.followUp}
          note={m.reviews.followUpNote}
          label={m.reviews.body}
          action={m.reviews.save}
          keep={m.common.back}
          maxLength={3000}
          gentle
          busy={followUp.busy}
          failure={followUp.failure}
          onSubmit={(body) => void addFollowUp(body)}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}
