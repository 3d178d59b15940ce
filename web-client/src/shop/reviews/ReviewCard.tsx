import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useI18n } from '../../i18n';
import type { ReviewViewFragment } from '../operations';
import { photosOf } from '../photos/photo';
import { PhotoList } from '../photos/PhotoList';
import styles from './reviews.module.css';
import { Stars } from './Stars';

/** A review with its photos, what a month has shown, and the seller's answer. For shop, seller and staff alike. */
export function ReviewCard({ review, children }: { review: ReviewViewFragment; children?: ReactNode }) {
  const { m, format } = useI18n();
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
      <PhotoList photos={photosOf(review)} />
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
