import { Skeleton, Stack, VisuallyHidden } from '@mantine/core';
import { useI18n } from '../i18n';
import styles from './ui.module.css';

function Announce() {
  const { m } = useI18n();
  return <VisuallyHidden role="status">{m.common.loading}</VisuallyHidden>;
}

export function CardsSkeleton({ count = 8 }: { count?: number }) {
  return (
    <div>
      <Announce />
      <div className={styles.grid} aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <div key={index}>
            <Skeleton style={{ aspectRatio: '1' }} radius="md" />
            <Skeleton height={14} mt={10} width="90%" />
            <Skeleton height={14} mt={8} width="55%" />
          </div>
        ))}
      </div>
    </div>
  );
}

export function RowsSkeleton({ count = 4, height = 88 }: { count?: number; height?: number }) {
  return (
    <div>
      <Announce />
      <Stack gap="sm" aria-hidden="true">
        {Array.from({ length: count }, (_, index) => (
          <Skeleton key={index} height={height} radius="md" />
        ))}
      </Stack>
    </div>
  );
}
