import { Button, Group, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { fieldMessage } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { Dialog } from '../../ui/Dialog';
import { FailureAlert } from '../../ui/FailureAlert';
import { useToast } from '../../ui/toast';
import { ReportReviewDocument, type ReviewReportReason } from '../operations';

const reasons: readonly ReviewReportReason[] = [
  'SPAM',
  'ABUSE',
  'PRIVACY',
  'UNRELATED',
  'FALSE_CLAIM',
  'COPYRIGHT',
  'OTHER',
];

/** Tells staff what is wrong with a review. */
export function ReportDialog({ reviewId, onClose }: { reviewId: string; onClose: () => void }) {
  const { m } = useI18n();
  const toast = useToast();
  const [reason, setReason] = useState<ReviewReportReason>('SPAM');
  const [detail, setDetail] = useState('');
  const report = useAction(ReportReviewDocument, (data) => data.reportReview);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const said = detail.trim();
    if (!(await report.run({ input: { reviewId, reason, detail: said === '' ? null : said } }))) return;
    toast(m.reviews.reported);
    onClose();
  };
  return (
    <Dialog title={m.reviews.reportTitle} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack>
          <NativeSelect
            label={m.reviews.reportReason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value as ReviewReportReason)}
            data={reasons.map((one) => ({ value: one, label: m.reviews.reportReasons[one] }))}
          />
          <Textarea
            label={m.claims.detailLabel}
            rows={3}
            maxLength={500}
            value={detail}
            onChange={(event) => setDetail(event.currentTarget.value)}
            error={fieldMessage(report.failure, 'detail')}
          />
          <FailureAlert failure={report.failure} />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {m.common.back}
            </Button>
            <Button type="submit" color="red.8" loading={report.busy}>
              {m.reviews.report}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
