import { postGraphql } from '../api/post';
import { session } from '.';
import { forgetGuestCart, guestCartToken } from './guestCart';
import { MergeCartDocument } from './operations';
import type { Tokens } from './store';

/** Starts a session after sign-in or sign-up; the visitor's cart joins the member's before any page reads it. */
export async function beginSession(tokens: Tokens): Promise<void> {
  const token = guestCartToken();
  if (token !== null) {
    try {
      const answer = await postGraphql(MergeCartDocument, { input: { token } }, tokens.accessToken);
      const refusals = answer.data?.mergeCart.userErrors;
      if (refusals?.every((refusal) => !refusal.retryable)) forgetGuestCart();
    } catch {
      // The guest cart keeps its token and is merged at the next sign-in.
    }
  }
  session.adopt(tokens);
}
