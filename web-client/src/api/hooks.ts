import { useCallback, useMemo, useState } from 'react';
import { useClient, useQuery, type AnyVariables, type RequestPolicy } from 'urql';
import type { ApiDocument } from './document';
import { failed, refused, type Failure, type Refusal } from './failure';

export interface QueryOptions {
  pause?: boolean;
  /** Types whose changes make this answer stale even when it is empty and names none itself. */
  dependsOn?: string[];
  policy?: RequestPolicy;
}

export interface QueryResult<Data> {
  data: Data | undefined;
  /** True only while there is nothing to show yet. */
  loading: boolean;
  failure: Failure | null;
  reload: () => void;
}

/** Reads a page's data: what is cached is shown at once and then refreshed. */
export function useApiQuery<Data, Variables extends AnyVariables>(
  document: ApiDocument<Data, Variables>,
  variables: Variables,
  { pause = false, dependsOn, policy = 'cache-and-network' }: QueryOptions = {},
): QueryResult<Data> {
  const types = dependsOn?.join(' ') ?? '';
  const context = useMemo(
    () => ({ requestPolicy: policy, additionalTypenames: types === '' ? [] : types.split(' ') }),
    [policy, types],
  );
  const [result, execute] = useQuery<Data, AnyVariables>({ query: document.toString(), variables, pause, context });
  const reload = useCallback(() => execute({ requestPolicy: 'network-only' }), [execute]);
  const failure = useMemo(() => (result.error ? failed(result.error) : null), [result.error]);
  return {
    data: result.data ?? undefined,
    loading: !pause && !result.data && !result.error,
    failure,
    reload,
  };
}

interface Payload {
  userErrors: Refusal[];
}

export interface Action<Variables, P> {
  /** Sends the mutation. Answers the payload, or null after setting `failure`. */
  run: (variables: Variables, idempotencyKey?: string) => Promise<P | null>;
  busy: boolean;
  failure: Failure | null;
  /** The last failure, readable in the same turn as `run` answered null. */
  lastFailure: () => Failure | null;
  forget: () => void;
}

/** Runs a mutation and keeps the reason of a failure beside the form that asked for it. */
export function useAction<Data, Variables extends AnyVariables, P extends Payload>(
  document: ApiDocument<Data, Variables>,
  pick: (data: Data) => P,
  changes: string[] = [],
): Action<Variables, P> {
  const client = useClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [last] = useState<{ value: Failure | null }>({ value: null });
  // Callers pass literals: these are fixed for the life of the component.
  const [fixed] = useState(() => ({ document, pick, changes }));

  const run = useCallback(
    async (variables: Variables, idempotencyKey?: string): Promise<P | null> => {
      const fail = (reason: Failure | null) => {
        last.value = reason;
        setFailure(reason);
      };
      setBusy(true);
      const result = await client
        .mutation<Data, AnyVariables>(fixed.document.toString(), variables, {
          additionalTypenames: fixed.changes,
          fetchOptions: idempotencyKey === undefined ? {} : { headers: { 'idempotency-key': idempotencyKey } },
        })
        .toPromise();
      setBusy(false);
      if (result.error || !result.data) {
        fail(result.error ? failed(result.error) : { refusals: [], fault: 'server', traceId: null });
        return null;
      }
      const payload = fixed.pick(result.data);
      if (payload.userErrors.length > 0) {
        fail(refused(payload.userErrors));
        return null;
      }
      fail(null);
      return payload;
    },
    [client, fixed, last],
  );

  return { run, busy, failure, lastFailure: () => last.value, forget: () => setFailure(null) };
}
