import { useAction } from '../api/hooks';
import {
  ApproveSellerDocument,
  ReinstateSellerDocument,
  RejectSellerDocument,
  RequestSellerDocumentsDocument,
  RestrictSellerDocument,
  StartSellerReviewDocument,
  SuspendSellerDocument,
} from './operations';
import type { SellerCommand } from './sellerCommands';

const changes = ['Seller'];

/** Every step staff can take with a seller, under one name each. */
export function useSellerCommand() {
  const requestDocuments = useAction(RequestSellerDocumentsDocument, (data) => data.requestSellerDocuments, changes);
  const startReview = useAction(StartSellerReviewDocument, (data) => data.startSellerReview, changes);
  const approve = useAction(ApproveSellerDocument, (data) => data.approveSeller, changes);
  const reject = useAction(RejectSellerDocument, (data) => data.rejectSeller, changes);
  const restrict = useAction(RestrictSellerDocument, (data) => data.restrictSeller, changes);
  const suspend = useAction(SuspendSellerDocument, (data) => data.suspendSeller, changes);
  const reinstate = useAction(ReinstateSellerDocument, (data) => data.reinstateSeller, changes);
  const plain = { startReview, approve };
  const reasoned = { requestDocuments, reject, restrict, suspend, reinstate };
  const all = { ...plain, ...reasoned };

  const run = async (command: SellerCommand, sellerId: string, reason: string) => {
    const payload =
      command === 'startReview' || command === 'approve'
        ? await plain[command].run({ input: { sellerId } })
        : await reasoned[command].run({ input: { sellerId, reason } });
    return payload?.seller ?? null;
  };
  return {
    run,
    busy: Object.values(all).some((action) => action.busy),
    failureOf: (command: SellerCommand) => all[command].failure,
    forget: (command: SellerCommand) => all[command].forget(),
  };
}
