import { Button } from '@mantine/core';
import { Link, Navigate, Outlet, useLocation } from 'react-router';
import { useI18n } from '../i18n';
import { useSession } from '../session';
import type { Scope } from '../session/claims';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';
import { RowsSkeleton } from '../ui/Skeletons';

/** Lets signed-in readers through, with a scope where one is asked for. The API enforces the same rules. */
export function Guard({ scope }: { scope?: Scope }) {
  const { status, scopes, withheld } = useSession();
  const { pathname, search } = useLocation();
  if (status === 'restoring') return <RowsSkeleton />;
  if (status === 'signedOut') {
    return <Navigate to={`/sign-in?next=${encodeURIComponent(pathname + search)}`} replace />;
  }
  if (scope !== undefined && withheld.includes(scope)) return <SecondFactorPage next={pathname + search} />;
  if (scope !== undefined && !scopes.includes(scope)) return <ForbiddenPage />;
  return <Outlet />;
}

export function ForbiddenPage() {
  const { m } = useI18n();
  return (
    <>
      <PageTitle title={m.common.forbiddenTitle} />
      <EmptyState text={m.common.forbiddenText}>
        <Button component={Link} to="/">
          {m.common.goHome}
        </Button>
      </EmptyState>
    </>
  );
}

/** For sellers and staff whose account has no second factor yet. */
export function SecondFactorPage({ next }: { next: string }) {
  const { m } = useI18n();
  return (
    <>
      <PageTitle title={m.security.neededTitle} />
      <EmptyState text={m.security.neededText}>
        <Button component={Link} to={`/my/security?next=${encodeURIComponent(next)}`}>
          {m.security.setUp}
        </Button>
      </EmptyState>
    </>
  );
}
