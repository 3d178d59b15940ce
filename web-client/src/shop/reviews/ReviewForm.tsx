import { Button, Group, Stack, Textarea } from '@mantine/core';
import { useRef, type FormEvent } from 'react';
import { Link } from 'react-router';
import { fieldMessage, type Failure } from '../../api/failure';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { useFields } from '../../ui/fields';
import type { Photo } from '../photos/photo';
import { PhotoField } from '../photos/PhotoField';
import { StarChoice } from './Stars';

export interface ReviewValues {
  stars: number;
  body: string;
  photos: Photo[];
}

interface Props {
  initial: ReviewValues;
  busy: boolean;
  failure: Failure | null;
  onSubmit: (values: { stars: number; body: string; photos: string[] }) => void;
}

const shortestBody = 10;
const longestBody = 3_000;
const mostPhotos = 10;

export function ReviewForm({ initial, busy, failure, onSubmit }: Props) {
  const { m } = useI18n();
  const form = useRef<HTMLFormElement>(null);
  const fields = useFields<ReviewValues>(initial, (values) => ({
    stars: values.stars === 0 ? m.reviews.pickStars : undefined,
    body: [...values.body.trim()].length < shortestBody ? m.reviews.tooShort(shortestBody) : undefined,
  }));
  const { stars, body, photos } = fields.values;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!fields.check(form.current)) return;
    onSubmit({ stars, body: body.trim(), photos: photos.map((photo) => photo.key) });
  };
  return (
    <form ref={form} onSubmit={submit} noValidate>
      <Stack>
        <StarChoice value={stars} error={fields.errors.stars} onChange={(value) => fields.set('stars', value)} />
        <Textarea
          label={m.reviews.body}
          description={m.reviews.bodyHint(shortestBody)}
          required
          rows={6}
          maxLength={longestBody}
          value={body}
          onChange={(event) => fields.set('body', event.currentTarget.value)}
          error={fields.errors.body ?? fieldMessage(failure, 'body')}
        />
        <PhotoField of={{ purpose: 'REVIEW_PHOTO' }} most={mostPhotos} photos={photos} onChange={(value) => fields.set('photos', value)} />
        <FailureAlert failure={failure} />
        <Group justify="flex-end">
          <Button variant="default" component={Link} to="/my/reviews">
            {m.common.back}
          </Button>
          <Button type="submit" loading={busy}>
            {m.reviews.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
