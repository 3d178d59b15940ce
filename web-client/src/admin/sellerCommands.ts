import type { SellerState } from './operations';

export type SellerCommand =
  | 'requestDocuments'
  | 'startReview'
  | 'approve'
  | 'reject'
  | 'restrict'
  | 'suspend'
  | 'reinstate';

const offered: Record<SellerState, readonly SellerCommand[]> = {
  APPLIED: ['startReview', 'requestDocuments', 'reject'],
  DOCS_REQUIRED: ['reject'],
  UNDER_REVIEW: ['approve', 'requestDocuments', 'reject'],
  APPROVED: [],
  ACTIVE: ['restrict', 'suspend'],
  ON_HOLIDAY: ['restrict', 'suspend'],
  RESTRICTED: ['reinstate', 'suspend'],
  SUSPENDED: ['reinstate'],
  TERMINATED: [],
  REJECTED: [],
};

/** What staff may do with a seller in this state; the API decides again. */
export function commandsIn(state: SellerState): readonly SellerCommand[] {
  return offered[state];
}

export function needsReason(command: SellerCommand): boolean {
  return command !== 'startReview' && command !== 'approve';
}
