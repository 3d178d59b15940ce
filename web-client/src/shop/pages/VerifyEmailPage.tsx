import { Button, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { VerifyEmailDocument } from '../../session/operations';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import styles from '../shop.module.css';

/** Where the link of the verification mail leads. Following it again does no harm. */
export default function VerifyEmailPage() {
  const { m } = useI18n();
  const [params] = useSearchParams();
  const token = params.get('token') ?? '';
  const [done, setDone] = useState(false);
  const { run, failure } = useAction(VerifyEmailDocument, (data) => data.verifyEmail, ['User']);
  useEffect(() => {
    void run({ input: { token } }).then((payload) => setDone(payload !== null));
  }, [run, token]);
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.verifyTitle} />
      {!done && failure === null && <RowsSkeleton count={1} />}
      {done && <Text role="status">{m.account.verifyDone}</Text>}
      <FailureAlert failure={failure} />
      <Button component={Link} to={done ? '/' : '/my'} mt="lg" variant={done ? 'filled' : 'default'}>
        {done ? m.common.keepShopping : m.common.myPage}
      </Button>
    </div>
  );
}
