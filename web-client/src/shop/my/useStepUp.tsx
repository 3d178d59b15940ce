import { useState, type ReactNode } from 'react';
import { useApiQuery, type Action } from '../../api/hooks';
import { SecondFactorsDocument } from '../../session/operations';
import { SignInAgain } from './SignInAgain';
import { StepUpForm } from './StepUpForm';

interface StepUp {
  /** Does the step; when the API asks who is there, asks the reader and does it again. */
  guard: (action: Pick<Action<never, never>, 'lastFailure' | 'forget'>, step: () => Promise<void>) => Promise<void>;
  /** The question, to be shown somewhere on the page. */
  form: ReactNode;
}

/** For steps that an open browser alone must not allow. */
export function useStepUp(): StepUp {
  const [asked, setAsked] = useState<(() => Promise<void>) | null>(null);
  const guard: StepUp['guard'] = async (action, step) => {
    await step();
    if (action.lastFailure()?.fault !== 'stepUp') return;
    action.forget();
    setAsked(() => step);
  };
  const close = () => setAsked(null);
  const form =
    asked === null ? null : (
      <Question
        onClose={close}
        onProved={() => {
          close();
          void asked();
        }}
      />
    );
  return { guard, form };
}

function Question({ onProved, onClose }: { onProved: () => void; onClose: () => void }) {
  const { data } = useApiQuery(SecondFactorsDocument, {}, { policy: 'network-only' });
  if (!data) return null;
  const { factors, passkeys, hasPassword } = data.mySecurity;
  if (factors.length === 0 && passkeys.length === 0 && !hasPassword) return <SignInAgain onClose={onClose} />;
  return (
    <StepUpForm
      hasFactor={factors.length > 0}
      hasPasskey={passkeys.length > 0}
      onProved={onProved}
      onClose={onClose}
    />
  );
}
