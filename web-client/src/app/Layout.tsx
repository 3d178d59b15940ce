import { Container } from '@mantine/core';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import { Link, useLocation, useNavigationType } from 'react-router';
import { useI18n } from '../i18n';
import { looks } from '../session';
import { Header } from './Header';
import { LookNotice } from './LookNotice';
import styles from './shell.module.css';

const LookBanner = lazy(() => import('../admin/LookBanner'));

export function Layout({ children }: { children: ReactNode }) {
  const { m } = useI18n();
  const main = useRef<HTMLDivElement>(null);
  const { pathname } = useLocation();
  const navigation = useNavigationType();
  const first = useRef(true);

  useEffect(() => {
    if (first.current) {
      first.current = false;
      return;
    }
    // Back and forward keep the place the browser remembers.
    if (navigation === 'POP') return;
    window.scrollTo(0, 0);
    main.current?.focus({ preventScroll: true });
  }, [pathname, navigation]);

  return (
    <>
      <a href="#main" className="skipLink">
        {m.common.skipToContent}
      </a>
      {looks.current !== null && (
        <Suspense fallback={null}>
          <LookBanner look={looks.current} />
        </Suspense>
      )}
      <LookNotice />
      <Header />
      <Container component="main" id="main" ref={main} tabIndex={-1} size="lg" className={styles.body}>
        {children}
      </Container>
      <footer className={styles.footer}>
        <Container size="lg">
          <strong>{m.common.brand}</strong>
          <div>{m.common.footerNote}</div>
          <ul className={styles.footerLinks}>
            <li>
              <Link to="/seller">{m.common.sellerCentre}</Link>
            </li>
            <li>
              <a href="/graphql">GraphQL</a>
            </li>
            <li>
              <a href="/docs">REST API</a>
            </li>
          </ul>
        </Container>
      </footer>
    </>
  );
}
