import { Button } from '@mantine/core';
import { useAction } from '../../api/hooks';
import { useI18n } from '../../i18n';
import { BeginPasskeySignInDocument, SignInWithPasskeyDocument } from '../../session/operations';
import { knowsPasskeys, signWithPasskey } from '../../session/passkeys';
import type { Tokens } from '../../session/store';
import { FailureAlert } from '../../ui/FailureAlert';

/** Signs in by a passkey of this device. */
export function PasskeyButton({ onEntered }: { onEntered: (tokens: Tokens) => Promise<void> }) {
  const { m } = useI18n();
  const begin = useAction(BeginPasskeySignInDocument, (data) => data.beginPasskeySignIn);
  const end = useAction(SignInWithPasskeyDocument, (data) => data.signInWithPasskey);
  const enter = async () => {
    const options = (await begin.run({}))?.options;
    const credential = options ? await signWithPasskey(options) : null;
    if (credential === null) return;
    const payload = await end.run({ input: { credential } });
    if (payload?.tokens) await onEntered(payload.tokens);
  };
  if (!knowsPasskeys()) return null;
  return (
    <>
      <Button fullWidth mt="lg" variant="default" loading={begin.busy || end.busy} onClick={() => void enter()}>
        {m.security.signInByPasskey}
      </Button>
      <FailureAlert failure={begin.failure ?? end.failure} />
    </>
  );
}
