import { Alert, Button, List, Text } from '@mantine/core';
import type { Failure } from '../api/failure';
import { useI18n } from '../i18n';

/** Says why a request failed; screen readers announce it when it appears. */
export function FailureAlert({ failure, onRetry }: { failure: Failure | null; onRetry?: (() => void) | undefined }) {
  const { m } = useI18n();
  if (failure === null) return null;
  const [first, ...rest] = failure.refusals;
  return (
    <Alert color="red" variant="light" title={m.errors.title} role="alert" my="sm">
      {failure.fault !== null && <Text size="sm">{m.errors[failure.fault]}</Text>}
      {rest.length === 0 ? (
        first && <Text size="sm">{first.message}</Text>
      ) : (
        <List size="sm">
          {failure.refusals.map((refusal, index) => (
            <List.Item key={index}>{refusal.message}</List.Item>
          ))}
        </List>
      )}
      {failure.traceId !== null && (
        <Text size="xs" mt={4}>
          {m.errors.trace(failure.traceId)}
        </Text>
      )}
      {onRetry && (
        <Button size="xs" mt="xs" variant="white" color="red" onClick={onRetry}>
          {m.common.retry}
        </Button>
      )}
    </Alert>
  );
}
