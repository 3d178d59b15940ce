import { Button, Stack, Text } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useApiQuery } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { useToast } from '../../ui/toast';
import { Facts } from '../Facts';
import { adultPage, nextOf, readIdentityReturn } from '../my/identity';
import { IdentityCheck } from '../my/IdentityCheck';
import { useIdentityCheck } from '../my/useIdentityCheck';
import { AdultVerificationDocument, type AdultViewFragment } from '../operations';
import styles from '../shop.module.css';

/** Whether the reader has shown to be an adult, and how to; the provider's window comes back here. */
export default function AdultPage() {
  const { m } = useI18n();
  const toast = useToast();
  const navigate = useNavigate();
  const [params] = useSearchParams();
  const next = nextOf(params);
  const returned = readIdentityReturn(params);
  const { data, loading, failure, reload } = useApiQuery(AdultVerificationDocument, {}, { dependsOn: ['User'] });
  const check = useIdentityCheck(next, () => {
    toast(m.adult.done);
    if (next !== null) void navigate(next, { replace: true });
  });
  const seen = useRef<string | null>(null);
  useEffect(() => {
    // Each return is looked at once, and a reload must not ask again.
    if (returned === null || seen.current === returned.id) return;
    seen.current = returned.id;
    void navigate(adultPage(next), { replace: true });
    if (returned.finished) void check.confirm(returned.id);
    else check.giveUp();
  }, [check, navigate, next, returned]);
  const verification = data?.me?.adultVerification ?? null;
  return (
    <div className={styles.form}>
      <PageTitle title={m.adult.title} />
      <Stack className={styles.panel}>
        <Text>{m.adult.text}</Text>
        <FailureAlert failure={failure} onRetry={reload} />
        {loading && <RowsSkeleton count={2} height={44} />}
        {data && <Verified verification={verification} />}
        {verification !== null && next !== null && (
          <Button component={Link} to={next} replace>
            {m.adult.goOn}
          </Button>
        )}
        {data && <IdentityCheck check={check} again={verification !== null} />}
        <Text size="sm" c="dimmed">
          {m.adult.kept}
        </Text>
      </Stack>
    </div>
  );
}

function Verified({ verification }: { verification: AdultViewFragment | null }) {
  const { m, format } = useI18n();
  if (verification === null) return <Text fw={600}>{m.adult.missing}</Text>;
  const { verifiedAt, expiresAt, birthYear } = verification;
  return (
    <>
      <Text fw={600}>{m.adult.verified}</Text>
      <Facts
        facts={[
          [m.adult.verifiedAt, format.dateTime(verifiedAt)],
          [m.adult.expiresAt, m.adult.until(format.dateTime(expiresAt))],
          [m.adult.birthYear, birthYear === null ? null : m.adult.year(birthYear)],
        ]}
      />
    </>
  );
}
