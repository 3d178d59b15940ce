import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n';
import type { ReviewViewFragment } from '../operations';
import { photosOf } from './photos';
import { PhotoThumb } from './PhotoThumb';
import styles from './reviews.module.css';
import { Stars } from './Stars';

/** A review with its photos, what a month has shown, and the seller's answer. For shop, seller and staff alike. */
export function ReviewCard({ review, children }: { review: ReviewViewFragment; children?: ReactNode }) {
  const { m, format } = useI18n();
  const photos = photosOf(review);
  const author = review.author.withdrawn ? m.reviews.withdrawnAuthor : review.author.displayName;
  return (
    <div>
      <Group gap="xs">
        <Stars value={review.stars} />
        <Text size="sm" c="dimmed">
          {author} · {format.date(review.createdAt)}
          {review.variantName !== '' && ` · ${review.variantName}`}
          {review.editedAt !== null && ` · ${m.reviews.edited}`}
        </Text>
      </Group>
      <p className={styles.body}>{review.body}</p>
      {photos.length > 0 && (
        <ul className={styles.photos}>
          {photos.map((photo, index) => (
            <li key={photo.key}>
              <a href={photo.url} target="_blank" rel="noreferrer">
                <PhotoThumb photo={photo} alt={m.reviews.photo(index + 1)} />
              </a>
            </li>
          ))}
        </ul>
      )}
      {review.followUp !== null && (
        <div className={styles.note}>
          <strong>{m.reviews.followUpAt(format.date(review.followUp.writtenAt))}</strong>
          {review.followUp.body}
        </div>
      )}
      {review.reply !== null && (
        <div className={styles.note}>
          <strong>{m.reviews.replyAt(format.date(review.reply.repliedAt))}</strong>
          {review.reply.text}
        </div>
      )}
      {children}
    </div>
  );
}
