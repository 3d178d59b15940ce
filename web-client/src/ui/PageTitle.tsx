import { Title } from '@mantine/core';
import { useEffect, type ReactNode } from 'react';
import { useI18n } from '../i18n';

export function useDocumentTitle(title: string): void {
  const { m } = useI18n();
  useEffect(() => {
    document.title = title === m.common.brand ? title : `${title} | ${m.common.brand}`;
  }, [title, m]);
}

/** The page's one first-level heading, which also names the browser's tab. */
export function PageTitle({ title, children }: { title: string; children?: ReactNode }) {
  useDocumentTitle(title);
  return (
    <Title order={1} size="h2" mb="md" style={{ wordBreak: 'keep-all' }}>
      {children ?? title}
    </Title>
  );
}
