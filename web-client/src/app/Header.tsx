import { Container } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link, NavLink, useLocation } from 'react-router';
import { useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { looks, useSession } from '../session';
import { useGuestCartToken } from '../session/guestCart';
import { CartCountDocument, CategoriesDocument, UnreadNotificationsDocument } from '../shop/operations';
import { useSignOut } from '../shop/useSignOut';
import { BellIcon, CartIcon, HeartIcon, PersonIcon } from '../ui/icons';
import { SearchForm } from './SearchForm';
import styles from './shell.module.css';

export function Header() {
  const { m } = useI18n();
  return (
    <header className={styles.header}>
      <TopBar />
      <Container size="lg">
        <div className={styles.main}>
          <Link to="/" className={styles.logo}>
            <img src="/favicon.svg" alt="" width="30" height="30" />
            {m.common.brand}
          </Link>
          <SearchForm />
          <Actions />
        </div>
        <CategoryMenu />
      </Container>
    </header>
  );
}

function TopBar() {
  const { m, language, setLanguage } = useI18n();
  const { status, scopes } = useSession();
  const signOut = useSignOut();
  const other = language === 'ko' ? 'en' : 'ko';
  return (
    <div className={styles.top}>
      <Container size="lg" className={styles.topRow}>
        <p>{m.common.tagline}</p>
        {scopes.includes('staff') && <Link to="/admin">{m.common.admin}</Link>}
        <Link to="/seller">{m.common.sellerCentre}</Link>
        {status === 'signedIn' && <Link to="/orders">{m.common.orders}</Link>}
        {status === 'signedIn' && looks.current === null && (
          <button type="button" onClick={() => void signOut()}>
            {m.common.signOut}
          </button>
        )}
        <button type="button" lang={other} onClick={() => setLanguage(other)}>
          {other === 'en' ? 'English' : '한국어'}
        </button>
      </Container>
    </div>
  );
}

function Actions() {
  const { m } = useI18n();
  const { status } = useSession();
  const token = useGuestCartToken();
  const signedIn = status === 'signedIn';
  const { data } = useApiQuery(
    CartCountDocument,
    { token: signedIn ? null : token },
    { pause: status === 'restoring' || (!signedIn && token === null), dependsOn: ['Cart'] },
  );
  const count = signedIn || token !== null ? (data?.cart?.totalQuantity ?? 0) : 0;
  return (
    <nav className={styles.actions} aria-label={m.common.mainMenu}>
      <Link to="/wishlist" className={styles.action}>
        <HeartIcon />
        {m.common.wishlist}
      </Link>
      <Link to="/cart" className={styles.action} aria-label={m.common.cartWithCount(count)}>
        <CartIcon />
        {m.common.cart}
        {count > 0 && (
          <span className={styles.badge} aria-hidden="true">
            {count > 99 ? '99+' : count}
          </span>
        )}
      </Link>
      {signedIn && <Bell />}
      <Link to={signedIn ? '/my' : '/sign-in'} className={styles.action}>
        <PersonIcon />
        {signedIn ? m.common.myPage : m.common.signIn}
      </Link>
    </nav>
  );
}

/** The way to the notifications, with how many are unread; asked again with every page. */
function Bell() {
  const { m } = useI18n();
  const { pathname } = useLocation();
  const { data, reload } = useApiQuery(UnreadNotificationsDocument, {}, { dependsOn: ['Notification', 'User'] });
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    reload();
  }, [pathname, reload]);
  const count = data?.me?.unreadNotificationCount ?? 0;
  return (
    <Link to="/notifications" className={styles.action} aria-label={m.notifications.withCount(count)}>
      <BellIcon />
      <span className={styles.bellLabel}>{m.notifications.title}</span>
      {count > 0 && (
        <span className={styles.badge} aria-hidden="true">
          {count > 99 ? '99+' : count}
        </span>
      )}
    </Link>
  );
}

function CategoryMenu() {
  const { m } = useI18n();
  const { data } = useApiQuery(CategoriesDocument, {}, { policy: 'cache-first', dependsOn: ['Category'] });
  const roots = data?.categories.filter((category) => category.parent === null) ?? [];
  return (
    <nav aria-label={m.common.categories}>
      <ul className={styles.categories}>
        {roots.map((category) => (
          <li key={category.id}>
            <NavLink to={`/c/${category.slug}`}>{category.name}</NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
