import { CombinedError } from '@urql/core';
import { describe, expect, it } from 'vitest';
import { failed, fieldMessage, mayRetry, refused } from './failure';

const coded = (code: string, traceId?: string) =>
  new CombinedError({ graphQLErrors: [{ message: 'x', extensions: { code, ...(traceId ? { traceId } : {}) } }] });

describe('failed', () => {
  it.each([
    ['UNAUTHENTICATED', 'unauthenticated'],
    ['FORBIDDEN', 'forbidden'],
    ['SECOND_FACTOR_REQUIRED', 'secondFactor'],
    ['STEP_UP_REQUIRED', 'stepUp'],
    ['RATE_LIMITED', 'busy'],
    ['SOMETHING_NEW', 'server'],
  ])('reads %s as %s', (code, fault) => {
    expect(failed(coded(code)).fault).toBe(fault);
  });

  it('keeps the trace id and tells a lost connection from a refusing server', () => {
    expect(failed(coded('INTERNAL', 't-1')).traceId).toBe('t-1');
    expect(failed(new CombinedError({ networkError: new Error('offline') })).fault).toBe('network');
    const response = new Response(null, { status: 503 });
    expect(failed(new CombinedError({ networkError: new Error('x'), response })).fault).toBe('busy');
  });
});

describe('refusals', () => {
  const failure = refused([
    { field: ['input', 'email'], message: 'taken', retryable: false },
    { field: [], message: 'later', retryable: true },
  ]);

  it('are found by the last step of their path', () => {
    expect(fieldMessage(failure, 'email')).toBe('taken');
    expect(fieldMessage(failure, 'name')).toBeUndefined();
  });

  it('may be retried when one of them says so, and faults unless they are about permission', () => {
    expect(mayRetry(failure)).toBe(true);
    expect(mayRetry(refused(failure.refusals.slice(0, 1)))).toBe(false);
    expect(mayRetry({ refusals: [], fault: 'network', traceId: null })).toBe(true);
    expect(mayRetry({ refusals: [], fault: 'forbidden', traceId: null })).toBe(false);
  });
});
