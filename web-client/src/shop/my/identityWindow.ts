import type { StartIdentityVerificationMutation } from '../operations';
import { windowEnd, type WindowEnd } from './identity';

export type Verification = NonNullable<StartIdentityVerificationMutation['startIdentityVerification']['verification']>;

/** Opens the window of PortOne, whose script is fetched only now. Fails when there is no script or no window. */
export async function openIdentityWindow(verification: Verification, redirectUrl: string): Promise<WindowEnd> {
  const { requestIdentityVerification } = await import('@portone/browser-sdk/v2');
  const { id, storeId, channelKey } = verification;
  return windowEnd(await requestIdentityVerification({ storeId, identityVerificationId: id, channelKey, redirectUrl }));
}
