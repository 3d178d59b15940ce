import { Button } from '@mantine/core';
import { Link } from 'react-router';
import { useI18n } from '../i18n';
import { EmptyState } from '../ui/EmptyState';
import { PageTitle } from '../ui/PageTitle';

export function NotFoundPage() {
  const { m } = useI18n();
  return (
    <>
      <PageTitle title={m.common.notFoundTitle} />
      <EmptyState text={m.common.notFoundText}>
        <Button component={Link} to="/">
          {m.common.goHome}
        </Button>
      </EmptyState>
    </>
  );
}
