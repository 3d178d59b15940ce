import { Button, Group } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useI18n } from '../i18n';
import { withCursor } from './paging';

interface PageInfo {
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  startCursor: string | null;
  endCursor: string | null;
}

export function Pager({ info }: { info: PageInfo }) {
  const { m } = useI18n();
  const [params] = useSearchParams();
  if (!info.hasNextPage && !info.hasPreviousPage) return null;
  return (
    <Group component="nav" justify="center" mt="xl" aria-label={m.common.pages}>
      {info.hasPreviousPage && info.startCursor !== null && (
        <Button component={Link} variant="default" to={withCursor(params, { before: info.startCursor })}>
          {m.common.previous}
        </Button>
      )}
      {info.hasNextPage && info.endCursor !== null && (
        <Button component={Link} variant="default" to={withCursor(params, { after: info.endCursor })}>
          {m.common.next}
        </Button>
      )}
    </Group>
  );
}

/** For lists that are read in one direction: on to the next page, or back to the first. */
export function ForwardPager({ info }: { info: Pick<PageInfo, 'hasNextPage' | 'endCursor'> }) {
  const { m } = useI18n();
  const [params] = useSearchParams();
  if (!info.hasNextPage && !params.has('after')) return null;
  return (
    <Group component="nav" justify="center" mt="xl" aria-label={m.common.pages}>
      {params.has('after') && (
        <Button component={Link} variant="default" to={withCursor(params, {})}>
          {m.common.firstPage}
        </Button>
      )}
      {info.hasNextPage && info.endCursor !== null && (
        <Button component={Link} variant="default" to={withCursor(params, { after: info.endCursor })}>
          {m.common.next}
        </Button>
      )}
    </Group>
  );
}
