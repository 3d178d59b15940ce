import { Suspense, useEffect, useRef, type ReactNode } from 'react';
import { NavLink, useLocation } from 'react-router';
import { RowsSkeleton } from '../ui/Skeletons';
import styles from './shell.module.css';

interface Props {
  name: string;
  menu: string;
  links: readonly { to: string; label: string; end?: boolean }[];
  children: ReactNode;
}

/** The frame of the seller centre and the admin: a menu beside the page, or above it on a phone. */
export function WorkArea({ name, menu, links, children }: Props) {
  const list = useRef<HTMLUListElement>(null);
  const { pathname } = useLocation();
  useEffect(() => {
    // On a phone the menu is one line: the page's own link is brought into sight, and the page itself stays.
    const current = list.current?.querySelector<HTMLElement>('[aria-current]');
    if (list.current && current) list.current.scrollLeft = current.offsetLeft - list.current.offsetLeft - 24;
  }, [pathname]);
  return (
    <div className={styles.work}>
      <nav className={styles.workNav} aria-label={menu}>
        <p className={styles.workName}>{name}</p>
        <ul ref={list}>
          {links.map((link) => (
            <li key={link.to}>
              <NavLink to={link.to} end={link.end ?? false}>
                {link.label}
              </NavLink>
            </li>
          ))}
        </ul>
      </nav>
      <div style={{ minWidth: 0 }}>
        <Suspense fallback={<RowsSkeleton />}>{children}</Suspense>
      </div>
    </div>
  );
}
