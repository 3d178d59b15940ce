import type { CombinedError } from '@urql/core';

/** A business refusal of a mutation, with a message in the reader's language. */
export interface Refusal {
  field: string[];
  message: string;
  retryable: boolean;
}

export type FaultKind = 'network' | 'unauthenticated' | 'forbidden' | 'secondFactor' | 'stepUp' | 'busy' | 'server';

/** Why a request brought nothing: refused by a rule, or failed before one was asked. */
export interface Failure {
  refusals: readonly Refusal[];
  fault: FaultKind | null;
  traceId: string | null;
}

const kinds: Record<string, FaultKind> = {
  UNAUTHENTICATED: 'unauthenticated',
  UNAUTHORIZED: 'unauthenticated',
  UNAUTHORIZED_FIELD_OR_TYPE: 'forbidden',
  FORBIDDEN: 'forbidden',
  SECOND_FACTOR_REQUIRED: 'secondFactor',
  STEP_UP_REQUIRED: 'stepUp',
  RATE_LIMITED: 'busy',
  TOO_MANY_REQUESTS: 'busy',
  SERVICE_UNAVAILABLE: 'busy',
  UNAVAILABLE: 'busy',
};

export function refused(refusals: readonly Refusal[]): Failure {
  return { refusals, fault: null, traceId: null };
}

export function failed(error: CombinedError): Failure {
  if (error.networkError && error.graphQLErrors.length === 0) {
    const status = (error.response as Response | undefined)?.status;
    const fault = status === undefined ? 'network' : faultOfStatus(status);
    return { refusals: [], fault, traceId: null };
  }
  const codes = error.graphQLErrors.map((one) => String(one.extensions['code'] ?? ''));
  const fault = codes.map((code) => kinds[code]).find((kind) => kind !== undefined) ?? 'server';
  const trace = error.graphQLErrors.map((one) => one.extensions['traceId']).find((id) => typeof id === 'string');
  return { refusals: [], fault, traceId: typeof trace === 'string' ? trace : null };
}

function faultOfStatus(status: number): FaultKind {
  if (status === 401) return 'unauthenticated';
  if (status === 403) return 'forbidden';
  if (status === 429 || status === 503) return 'busy';
  return 'server';
}

/** The message for one form field, matched by the last step of the refusal's path. */
export function fieldMessage(failure: Failure | null, field: string): string | undefined {
  return failure?.refusals.find((refusal) => refusal.field.at(-1) === field)?.message;
}

/** True when sending the same attempt again may still bring its first answer. */
export function mayRetry(failure: Failure): boolean {
  if (failure.fault !== null) return failure.fault === 'network' || failure.fault === 'busy' || failure.fault === 'server';
  return failure.refusals.some((refusal) => refusal.retryable);
}
