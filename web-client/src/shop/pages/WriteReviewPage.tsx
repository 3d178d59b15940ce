import { Group, Text } from '@mantine/core';
import { useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { Picture } from '../../ui/Picture';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { lineImage } from '../lineImage';
import { ReviewableLineDocument, WriteReviewDocument } from '../operations';
import { ReviewForm } from '../reviews/ReviewForm';
import styles from '../shop.module.css';

const changes = ['Review', 'ReviewableLine', 'ReviewableLineConnection', 'OrderLine', 'Product'];

/** Writes the review of a line that its buyer has confirmed. */
export default function WriteReviewPage() {
  const { m, format } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const { id = '', lineId = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(ReviewableLineDocument, { orderId: id });
  const write = useAction(WriteReviewDocument, (answer) => answer.writeReview, changes);
  const line = data?.order?.lines.find((one) => one.id === lineId);
  if (loading) return <RowsSkeleton />;
  if (data && (!line || line.reviewableUntil === null) && failure === null && !write.busy) return <NotFoundPage />;
  const submit = async (values: { stars: number; body: string; photos: string[] }) => {
    if (!(await write.run({ input: { lineId, ...values } }))) return;
    toast(m.reviews.written);
    await navigate('/my/reviews', { replace: true });
  };
  return (
    <div className={styles.form}>
      <PageTitle title={m.reviews.write} />
      <FailureAlert failure={failure} onRetry={reload} />
      {line && (
        <>
          <Group wrap="nowrap" align="flex-start" mb="md">
            <Picture image={lineImage(line.imageUrl)} size={72} />
            <div>
              <Text fw={600}>{line.productTitle}</Text>
              <Text size="sm" c="dimmed">
                {line.variantName}
                {line.reviewableUntil !== null && ` · ${m.reviews.until(format.date(line.reviewableUntil))}`}
              </Text>
            </div>
          </Group>
          <ReviewForm
            initial={{ stars: 0, body: '', photos: [] }}
            busy={write.busy}
            failure={write.failure}
            onSubmit={(values) => void submit(values)}
          />
        </>
      )}
    </div>
  );
}
