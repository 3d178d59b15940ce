import { useAction, useApiQuery } from '../api/hooks';
import { useI18n } from '../i18n';
import { useSession } from '../session';
import { useToast } from '../ui/toast';
import { AddToWishlistDocument, RemoveFromWishlistDocument, WishlistIdsDocument } from './operations';

const changes = ['WishlistItem'];

/** Whether the reader wishes for a product, and the switch for it. */
export function useWish(productId: string) {
  const { m } = useI18n();
  const { status } = useSession();
  const toast = useToast();
  const { data } = useApiQuery(WishlistIdsDocument, {}, { pause: status !== 'signedIn', dependsOn: changes });
  const add = useAction(AddToWishlistDocument, (answer) => answer.addToWishlist, changes);
  const remove = useAction(RemoveFromWishlistDocument, (answer) => answer.removeFromWishlist, changes);
  const wished = data?.me?.wishlist.nodes.some((item) => item.product.id === productId) ?? false;
  const toggle = async () => {
    if (wished) {
      await remove.run({ input: { productId } });
    } else if (await add.run({ input: { productId } })) {
      toast(m.shop.wished, { to: '/wishlist', label: m.common.wishlist });
    }
  };
  return { wished, toggle, busy: add.busy || remove.busy, failure: add.failure ?? remove.failure };
}
