import { Button, Group, Text } from '@mantine/core';
import { useLocation, useNavigate } from 'react-router';
import { useI18n } from '../../i18n';
import { Dialog } from '../../ui/Dialog';
import { useSignOut } from '../useSignOut';

/** For an account that has nothing to show who is there by but its sign-in, by somebody else's service. */
export function SignInAgain({ onClose }: { onClose: () => void }) {
  const { m } = useI18n();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const signOut = useSignOut();
  const leave = async () => {
    await signOut();
    await navigate(`/sign-in?next=${encodeURIComponent(pathname + search)}`);
  };
  return (
    <Dialog title={m.security.proveTitle} onClose={onClose}>
      <Text size="sm">{m.security.signInAgainText}</Text>
      <Group justify="flex-end" mt="md">
        <Button onClick={() => void leave()}>{m.security.signInAgain}</Button>
      </Group>
    </Dialog>
  );
}
