import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useI18n } from '../../i18n';
import { FailureAlert } from '../../ui/FailureAlert';
import type { useIdentityCheck } from './useIdentityCheck';

interface Props {
  check: ReturnType<typeof useIdentityCheck>;
  /** Whether the reader was verified before. */
  again: boolean;
}

/** The way through a verification, and how it ended. */
export function IdentityCheck({ check, again }: Props) {
  const { m } = useI18n();
  const { pending, trouble } = check;
  return (
    <Stack gap="sm">
      <FailureAlert failure={check.failure} />
      {trouble !== null && (
        <Alert color="orange" role="alert">
          {m.adult[trouble]}
        </Alert>
      )}
      {check.checking && <Text role="status">{m.adult.checking}</Text>}
      {pending !== null && pending.address !== null && (
        <Alert color="blue" role="status">
          {m.adult.waiting}
        </Alert>
      )}
      <Group>
        {pending !== null && pending.address !== null && (
          <Button component="a" href={pending.address} target="doa-identity" variant="light">
            {m.adult.openWindow}
          </Button>
        )}
        {pending !== null && (
          <Button loading={check.checking} onClick={() => void check.confirm(pending.id, pending.address)}>
            {m.adult.check}
          </Button>
        )}
        <Button
          variant={pending === null && !again ? 'filled' : 'default'}
          loading={check.busy}
          disabled={check.checking}
          onClick={() => void check.begin()}
        >
          {pending !== null ? m.adult.restart : again ? m.adult.renew : m.adult.start}
        </Button>
      </Group>
    </Stack>
  );
}
