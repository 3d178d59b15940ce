import { attempts } from './client';
import { mayRetry } from './failure';
import type { Action } from './hooks';

/** Runs a mutation of money or stock under the key of its attempt; a definite answer ends the attempt. */
export async function once<Input, P>(
  name: string,
  action: Pick<Action<{ input: Input }, P>, 'run' | 'lastFailure'>,
  input: Input,
): Promise<P | null> {
  const payload = await action.run({ input }, attempts.keyFor(name, input));
  const failure = action.lastFailure();
  if (payload || (failure && !mayRetry(failure))) attempts.end(name);
  return payload;
}
