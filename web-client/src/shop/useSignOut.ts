import { useCallback } from 'react';
import { useNavigate } from 'react-router';
import { useAction } from '../api/hooks';
import { session } from '../session';
import { SignOutDocument } from '../session/operations';

/** Ends the session here or everywhere. The browser forgets it even when the server cannot be told. */
export function useSignOut(): (everywhere?: boolean) => Promise<void> {
  const navigate = useNavigate();
  const { run } = useAction(SignOutDocument, (data) => data.signOut);
  return useCallback(
    async (everywhere = false) => {
      await run({ input: { everywhere } });
      await navigate('/');
      session.clear();
    },
    [run, navigate],
  );
}
