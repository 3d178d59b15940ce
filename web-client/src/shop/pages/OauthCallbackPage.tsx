import { Alert, Button, Stack, Text } from '@mantine/core';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { useSession } from '../../session';
import { beginSession } from '../../session/begin';
import { forgetFlow, keptFlow } from '../../session/oauthFlow';
import { CompleteOauthDocument, ConfirmOauthLinkDocument, type CompleteOauthMutation } from '../../session/operations';
import type { Tokens } from '../../session/store';
import { FailureAlert } from '../../ui/FailureAlert';
import { PageTitle } from '../../ui/PageTitle';
import { RowsSkeleton } from '../../ui/Skeletons';
import { OauthSignUpForm } from '../my/OauthSignUpForm';
import { PasswordSignIn } from '../my/PasswordSignIn';
import { SecondFactorForm } from '../my/SecondFactorForm';
import styles from '../shop.module.css';

type Completed = CompleteOauthMutation['completeOauth'];

/** Where Kakao, Naver and Google send the browser back to. */
export default function OauthCallbackPage() {
  const { m } = useI18n();
  const { status } = useSession();
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const began = useRef(false);
  const code = params.get('code');
  const state = params.get('state');
  // Only read here: React may begin to render more than once.
  const [flow] = useState(() => keptFlow(state));
  const broken = flow === null || code === null || state === null;
  const [completed, setCompleted] = useState<Completed | null>(null);
  const { run, failure } = useAction(CompleteOauthDocument, (data) => data.completeOauth);
  const confirm = useAction(ConfirmOauthLinkDocument, (data) => data.confirmOauthLink);
  const leave = useCallback(() => navigate(flow?.next ?? '/', { replace: true }), [flow, navigate]);
  const enter = useCallback(
    async (tokens: Tokens) => {
      await beginSession(tokens);
      await leave();
    },
    [leave],
  );
  useEffect(() => {
    // The code is good once, and a link needs to know who is signed in.
    if (began.current || status === 'restoring' || broken) return;
    began.current = true;
    forgetFlow();
    void run({ input: { flow: flow.flow, state, code } }).then(async (payload) => {
      if (payload?.tokens) await enter(payload.tokens);
      else if (payload?.link) await leave();
      else setCompleted(payload);
    });
  }, [broken, code, enter, flow, leave, run, state, status]);
  const ticket = completed?.ticket;
  if (completed?.challenge) {
    return <SecondFactorForm challenge={completed.challenge.token} onEntered={enter} onLeave={() => void navigate('/sign-in')} />;
  }
  if (ticket?.step === 'SIGN_UP') return <OauthSignUpForm ticket={ticket} onEntered={enter} />;
  return (
    <div className={`${styles.narrow} ${styles.panel}`}>
      <PageTitle title={m.account.signInTitle} />
      {!broken && failure === null && completed === null && <RowsSkeleton count={1} />}
      {broken && <Alert color="orange">{m.account.oauthBroken}</Alert>}
      <FailureAlert failure={failure ?? confirm.failure} />
      {ticket?.step === 'SIGN_IN_TO_LINK' && (
        <Stack>
          <Text>{m.account.linkText(ticket.email ?? '')}</Text>
          <PasswordSignIn
            email={ticket.email ?? ''}
            onEntered={async (tokens) => {
              await beginSession(tokens);
              if (await confirm.run({ input: { token: ticket.token } })) await leave();
            }}
          />
        </Stack>
      )}
      {(broken || failure !== null) && (
        <Button component={Link} to="/sign-in" variant="default" mt="md">
          {m.common.back}
        </Button>
      )}
    </div>
  );
}
