import type { ClaimRemedy, ClaimState } from './operations';

export type ClaimCommand =
  | 'approve'
  | 'reject'
  | 'collect'
  | 'receive'
  | 'inspect'
  | 'reship'
  | 'refund'
  | 'complete'
  | 'hold'
  | 'resume'
  | 'dispute';

const offered: Record<ClaimState, readonly ClaimCommand[]> = {
  REQUESTED: ['approve', 'reject'],
  APPROVED: ['collect', 'receive', 'hold'],
  COLLECTING: ['receive', 'hold'],
  COLLECTED: ['inspect', 'reject', 'hold', 'dispute'],
  INSPECTED: ['reship', 'refund', 'hold', 'dispute'],
  REFUNDED: [],
  RESHIPPED: ['complete'],
  DONE: [],
  REJECTED: [],
  WITHDRAWN: [],
  ON_HOLD: ['resume', 'dispute'],
  DISPUTED: [],
};

interface Standing {
  state: ClaimState;
  remedy: ClaimRemedy;
  disputedAt: string | null;
}

/** What a seller may do with a claim now, the next step first; the API decides again. */
export function commandsFor({ state, remedy, disputedAt }: Standing): readonly ClaimCommand[] {
  return offered[state].filter((command) => {
    if (command === 'reship') return remedy === 'RESHIP';
    return command !== 'dispute' || disputedAt === null;
  });
}
