import { Button } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { useLocation } from 'react-router';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';

interface Props {
  place: string;
  children: ReactNode;
}

class Boundary extends Component<Props, { crashedAt: string | null }> {
  override state: { crashedAt: string | null } = { crashedAt: null };

  static getDerivedStateFromError(): { crashedAt: string } {
    return { crashedAt: '' };
  }

  override componentDidUpdate(before: Props): void {
    // Another page may well work.
    if (before.place !== this.props.place && this.state.crashedAt !== null) this.setState({ crashedAt: null });
  }

  override render(): ReactNode {
    return this.state.crashedAt === null ? this.props.children : <CrashPage />;
  }
}

/** Keeps the menus usable when a page fails to render or its code fails to load. */
export function CrashBoundary({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  return <Boundary place={pathname}>{children}</Boundary>;
}

function CrashPage() {
  const { m } = useI18n();
  return (
    <div role="alert">
      <PageTitle title={m.common.crashTitle} />
      <EmptyState text={m.common.crashText}>
        <Button onClick={() => window.location.reload()}>{m.common.reloadPage}</Button>
      </EmptyState>
    </div>
  );
}
