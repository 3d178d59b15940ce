import { Text } from '@mantine/core';
import { useNavigate, useParams } from 'react-router';
import { NotFoundPage } from '../../app/NotFoundPage';
import { useAction, useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { EditReviewDocument, MyReviewDocument, type MyReviewQuery } from '../operations';
import { photosOf } from '../photos/photo';
import { ReviewForm } from '../reviews/ReviewForm';
import styles from '../shop.module.css';

const changes = ['Review', 'Product'];

export default function EditReviewPage() {
  const { m } = useI18n();
  const { id = '' } = useParams();
  const { data, loading, failure, reload } = useApiQuery(MyReviewDocument, { id }, { policy: 'network-only' });
  if (loading) return <RowsSkeleton />;
  if (data && !data.review && failure === null) return <NotFoundPage />;
  return (
    <div className={styles.form}>
      <PageTitle title={m.reviews.edit} />
      <FailureAlert failure={failure} onRetry={reload} />
      {data?.review && <EditForm key={data.review.id} review={data.review} />}
    </div>
  );
}

function EditForm({ review }: { review: NonNullable<MyReviewQuery['review']> }) {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const edit = useAction(EditReviewDocument, (answer) => answer.editReview, changes);
  const submit = async (values: { stars: number; body: string; photos: string[] }) => {
    if (!(await edit.run({ input: { reviewId: review.id, ...values } }))) return;
    toast(m.common.saved);
    await navigate('/my/reviews', { replace: true });
  };
  return (
    <>
      <Text fw={600} mb="md">
        {review.product.title}
      </Text>
      <ReviewForm
        initial={{ stars: review.stars, body: review.body, photos: photosOf(review) }}
        busy={edit.busy}
        failure={edit.failure}
        onSubmit={(values) => void submit(values)}
      />
    </>
  );
}
