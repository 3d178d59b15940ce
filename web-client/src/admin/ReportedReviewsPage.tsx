import { Alert, Badge, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { ReviewCard } from '../shop/reviews/ReviewCard';
import { EmptyState } from '../ui/EmptyState';
import { FailureAlert } from '../ui/FailureAlert';
import { ForwardPager } from '../ui/Pager';
import { PageTitle } from '../ui/PageTitle';
import { useForwardVariables } from '../ui/paging';
import { ReasonDialog } from '../ui/ReasonDialog';
import { RowsSkeleton } from '../ui/Skeletons';
import { useToast } from '../ui/toast';
import styles from './admin.module.css';
import {
  BlindReviewDocument,
  DismissReviewReportsDocument,
  ReportedReviewsDocument,
  UnblindReviewDocument,
  type ReportedReviewsQuery,
} from './operations';

type Reported = ReportedReviewsQuery['reportedReviews']['nodes'][number];
type Command = 'blind' | 'unblind' | 'dismiss';

const changes = ['Review'];

/** Reviews with reports that nobody has settled, the most reported first. */
export default function ReportedReviewsPage() {
  const { m } = useI18n();
  const { data, loading, failure, reload } = useApiQuery(ReportedReviewsDocument, useForwardVariables(20), {
    dependsOn: changes,
  });
  const page = data?.reportedReviews;
  return (
    <>
      <PageTitle title={m.office.reviewsTitle} />
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {page && page.nodes.length === 0 && <EmptyState text={m.office.reviewsEmpty} />}
      <Stack>
        {page?.nodes.map((review) => (
          <ReportedRow key={review.id} review={review} />
        ))}
      </Stack>
      {page && <ForwardPager info={page.pageInfo} />}
    </>
  );
}

function ReportedRow({ review }: { review: Reported }) {
  const { m, format } = useI18n();
  const toast = useToast();
  const [asking, setAsking] = useState<Command | null>(null);
  const actions = {
    blind: useAction(BlindReviewDocument, (data) => data.blindReview, changes),
    unblind: useAction(UnblindReviewDocument, (data) => data.unblindReview, changes),
    dismiss: useAction(DismissReviewReportsDocument, (data) => data.dismissReviewReports, changes),
  };
  const commands: readonly Command[] = review.state === 'BLINDED' ? ['unblind', 'dismiss'] : ['blind', 'dismiss'];
  const take = async (command: Command, reason: string) => {
    if (!(await actions[command].run({ input: { reviewId: review.id, reason } }))) return;
    setAsking(null);
    toast(m.office.reviewDone[command]);
  };
  return (
    <section className={styles.panel}>
      <Group gap="xs" mb={4}>
        <Title order={2} size="h5">
          {review.product.title}
        </Title>
        <Badge variant="light" color="red" tt="none">
          {m.office.openReports(review.openReports)}
        </Badge>
      </Group>
      {review.blindedReason !== null && (
        <Alert color="orange" my="xs" py="xs">
          {m.reviews.blindedFor(review.blindedReason)}
        </Alert>
      )}
      <ReviewCard review={review}>
        <ul className={styles.services}>
          {review.reports
            .filter((report) => report.settledAt === null)
            .map((report, index) => (
              <li key={index} style={{ display: 'block' }}>
                <Text size="sm">
                  {m.reviews.reportReasons[report.reason]} · {format.dateTime(report.reportedAt)}
                  {report.detail !== null && ` · ${report.detail}`}
                </Text>
              </li>
            ))}
        </ul>
        <Group gap="xs" mt="sm">
          {commands.map((command) => (
            <Button
              key={command}
              size="xs"
              variant={command === 'dismiss' ? 'default' : 'filled'}
              aria-label={m.office.reviewCommandOf(review.product.title, m.office.reviewCommands[command])}
              onClick={() => {
                actions[command].forget();
                setAsking(command);
              }}
            >
              {m.office.reviewCommands[command]}
            </Button>
          ))}
        </Group>
      </ReviewCard>
      {asking !== null && (
        <ReasonDialog
          title={m.office.reviewCommands[asking]}
          label={m.admin.reason}
          action={m.office.reviewCommands[asking]}
          keep={m.common.back}
          gentle={asking !== 'blind'}
          busy={actions[asking].busy}
          failure={actions[asking].failure}
          onSubmit={(reason) => void take(asking, reason)}
          onClose={() => setAsking(null)}
        />
      )}
    </section>
  );
}
