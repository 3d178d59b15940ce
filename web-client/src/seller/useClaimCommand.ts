import { useState } from 'react';
import type { Failure } from '../api/failure';
import { useAction } from '../api/hooks';
import { once } from '../api/once';
import type { ClaimCommand } from './claimCommands';
import {
  ApproveClaimDocument,
  CompleteExchangeDocument,
  DisputeAsSellerDocument,
  HoldClaimDocument,
  InspectClaimDocument,
  ReceiveCollectedDocument,
  RefundClaimDocument,
  RejectClaimDocument,
  ReshipClaimDocument,
  ResumeClaimDocument,
  StartCollectionDocument,
} from './operations';

const changes = ['Claim', 'SellerOrder', 'OrderLine', 'StockItem'];

/** What a step needs besides the claim. */
export interface ClaimDetails {
  reason?: string;
  parcel?: { carrier: string; trackingNumber: string };
  takesFault?: boolean;
  damagedLineIds?: string[];
}

/** Every step that a seller can take with a claim, under one name each. */
export function useClaimCommand(claimId: string) {
  const approve = useAction(ApproveClaimDocument, (data) => data.approveClaim, changes);
  const reject = useAction(RejectClaimDocument, (data) => data.rejectClaim, changes);
  const collect = useAction(StartCollectionDocument, (data) => data.startCollection, changes);
  const receive = useAction(ReceiveCollectedDocument, (data) => data.receiveCollected, changes);
  const inspect = useAction(InspectClaimDocument, (data) => data.inspectClaim, changes);
  const reship = useAction(ReshipClaimDocument, (data) => data.reshipClaim, changes);
  const refund = useAction(RefundClaimDocument, (data) => data.refundClaim, changes);
  const complete = useAction(CompleteExchangeDocument, (data) => data.completeClaim, changes);
  const hold = useAction(HoldClaimDocument, (data) => data.holdClaim, changes);
  const resume = useAction(ResumeClaimDocument, (data) => data.resumeClaim, changes);
  const dispute = useAction(DisputeAsSellerDocument, (data) => data.disputeClaim, changes);
  const all = { approve, reject, collect, receive, inspect, reship, refund, complete, hold, resume, dispute };
  const [last, setLast] = useState<ClaimCommand | null>(null);

  const send = (command: ClaimCommand, { reason = '', parcel, takesFault, damagedLineIds = [] }: ClaimDetails) => {
    const sent = { carrier: parcel?.carrier ?? null, trackingNumber: parcel?.trackingNumber ?? null };
    switch (command) {
      case 'approve':
        return approve.run({ input: { claimId, fault: takesFault === true ? 'SELLER' : null } });
      case 'collect':
        return collect.run({ input: { claimId, ...sent } });
      case 'inspect':
        return once(`inspectClaim.${claimId}`, inspect, { claimId, damagedLineIds });
      case 'reship':
        return once(`reshipClaim.${claimId}`, reship, { claimId, ...sent });
      case 'refund':
        return once(`refundClaim.${claimId}`, refund, { claimId });
      case 'receive':
      case 'complete':
      case 'resume':
        return all[command].run({ input: { claimId } });
      default:
        return all[command].run({ input: { claimId, reason } });
    }
  };
  const run = async (command: ClaimCommand, details: ClaimDetails = {}): Promise<boolean> => {
    setLast(command);
    return (await send(command, details)) !== null;
  };
  const failure: Failure | null = last === null ? null : all[last].failure;
  return {
    run,
    failure,
    busy: Object.values(all).some((action) => action.busy),
    forget: () => setLast(null),
  };
}
