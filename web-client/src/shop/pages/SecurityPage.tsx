import { Alert, Button, SimpleGrid } from '@mantine/core';
import { Link, useSearchParams } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { FactorList } from '../my/FactorList';
import { LinkList } from '../my/LinkList';
import { PasskeyList } from '../my/PasskeyList';
import { SessionList } from '../my/SessionList';
import { nextPage } from '../next';
import { SecurityDocument } from '../operations';

export default function SecurityPage() {
  const { m } = useI18n();
  const { withheld } = useSession();
  const [params] = useSearchParams();
  const { data, loading, failure, reload } = useApiQuery(SecurityDocument, {}, { dependsOn: ['Security', 'MfaFactor'] });
  return (
    <>
      <PageTitle title={m.security.title} />
      {withheld.length > 0 && (
        <Alert color="orange" title={m.security.neededTitle} mb="md">
          {m.security.neededText}
        </Alert>
      )}
      {withheld.length === 0 && params.has('next') && (
        <Button component={Link} to={nextPage(params)} mb="md">
          {m.security.goOn}
        </Button>
      )}
      <FailureAlert failure={failure} onRetry={reload} />
      {loading && <RowsSkeleton />}
      {data && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="lg" style={{ alignItems: 'start' }}>
          <FactorList security={data.mySecurity} />
          <PasskeyList security={data.mySecurity} />
          <LinkList security={data.mySecurity} />
          <SessionList />
        </SimpleGrid>
      )}
    </>
  );
}
