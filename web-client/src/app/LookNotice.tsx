import { CloseButton, Container } from '@mantine/core';
import { useState } from 'react';
import { useI18n } from '../i18n';
import { looks } from '../session';
import styles from './shell.module.css';

/** Tells staff that this tab has their own session again, until they have read it. */
export function LookNotice() {
  const { m } = useI18n();
  const [past, setPast] = useState(looks.past);
  if (past === null) return null;
  return (
    <aside className={styles.look} aria-label={m.control.looksTitle}>
      <Container size="lg" className={styles.lookRow}>
        <p role="status">{past.endedHere ? m.control.lookLeft(past.name) : m.control.lookRanOut(past.name)}</p>
        <CloseButton variant="transparent" c="white" aria-label={m.common.close} onClick={() => setPast(null)} />
      </Container>
    </aside>
  );
}
