import { Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { BoxIcon } from './icons';
import styles from './ui.module.css';

export function EmptyState({ text, hint, children }: { text: string; hint?: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" className={styles.empty}>
      <span className={styles.emptyIcon}>
        <BoxIcon size={34} />
      </span>
      <Text fw={600}>{text}</Text>
      {hint !== undefined && (
        <Text c="dimmed" size="sm" ta="center">
          {hint}
        </Text>
      )}
      {children}
    </Stack>
  );
}
