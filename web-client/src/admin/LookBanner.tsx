import { Button, Container } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { Provider } from 'urql';
import { createApiClient } from '../api/client';
import styles from '../app/shell.module.css';
import { useI18n } from '../i18n';
import { looks, session } from '../session';
import type { Look } from '../session/look';
import { EndLookDialog } from './EndLookDialog';

/** As whom staff look at the market in this tab, and the way back, which goes by the staff's own session. */
export default function LookBanner({ look }: { look: Look }) {
  const { m, format, language } = useI18n();
  const [ending, setEnding] = useState(false);
  const own = useMemo(() => createApiClient(language, session), [language]);
  useEffect(() => {
    const timer = window.setTimeout(() => looks.leave(false), Date.parse(look.until) - Date.now());
    return () => window.clearTimeout(timer);
  }, [look]);
  return (
    <aside className={styles.look} aria-label={m.control.looksTitle}>
      <Container size="lg" className={styles.lookRow}>
        <p>{m.control.lookingAs(look.name, format.shortTime(look.until))}</p>
        <Button size="xs" variant="white" color="dark" aria-label={m.control.endLookAs(look.name)} onClick={() => setEnding(true)}>
          {m.control.endLook}
        </Button>
      </Container>
      {ending && (
        <Provider value={own}>
          <EndLookDialog
            id={look.id}
            title={m.control.endLookAs(look.name)}
            onEnded={() => looks.leave(true)}
            onRefused={() => looks.leave(false)}
            onClose={() => setEnding(false)}
          />
        </Provider>
      )}
    </aside>
  );
}
