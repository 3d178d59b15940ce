import { useAction, useApiQuery } from '../api/hooks';
import { useSession } from '../session';
import { useGuestCartToken } from '../session/guestCart';
import {
  AcceptCartChangesDocument,
  CartDocument,
  RemoveCartLinesDocument,
  SelectCartLinesDocument,
  UpdateCartLineDocument,
} from './operations';

const changes = ['Cart'];

/** The reader's cart, a member's or a visitor's, and what can be done with it. */
export function useCart() {
  const { status } = useSession();
  const guestToken = useGuestCartToken();
  const token = status === 'signedIn' ? null : guestToken;
  const none = status === 'signedOut' && guestToken === null;
  const query = useApiQuery(
    CartDocument,
    { token },
    { pause: status === 'restoring' || none, dependsOn: changes },
  );
  const update = useAction(UpdateCartLineDocument, (data) => data.updateCartLine, changes);
  const remove = useAction(RemoveCartLinesDocument, (data) => data.removeCartLines, changes);
  const select = useAction(SelectCartLinesDocument, (data) => data.selectCartLines, changes);
  const accept = useAction(AcceptCartChangesDocument, (data) => data.acceptCartChanges, changes);
  return {
    cart: query.data?.cart ?? null,
    loading: !none && query.data === undefined && query.failure === null,
    failure: query.failure,
    reload: query.reload,
    busy: update.busy || remove.busy || select.busy || accept.busy,
    actionFailure: update.failure ?? remove.failure ?? select.failure ?? accept.failure,
    setQuantity: (lineId: string, quantity: number) => update.run({ input: { token, lineId, quantity } }),
    remove: (lineIds: string[]) => remove.run({ input: { token, lineIds } }),
    select: (lineIds: string[], selected: boolean) => select.run({ input: { token, lineIds, selected } }),
    acceptChanges: () => accept.run({ input: { token } }),
  };
}
