import { useCallback, useEffect, useState } from 'react';
import { mayRetry } from '../../api/failure';
import { useAction } from '../../api/hooks';
import { ConfirmIdentityVerificationDocument, StartIdentityVerificationDocument } from '../operations';
import { webAddress } from '../webAddress';
import { adultPage, keepNext } from './identity';
import { openIdentityWindow, type Verification } from './identityWindow';

// What an adult may buy and see is another matter from now on.
const changes = ['User', 'Cart', 'Product'];

/** A verification whose outcome can be asked for: its window is open, or the last answer was no definite one. */
interface Pending {
  id: string;
  /** The window's address, where it stands beside this page. */
  address: string | null;
  window: Window | null;
}

/** Starts a verification, opens its window, and asks the API what became of it. */
export function useIdentityCheck(next: string | null, onDone: () => void) {
  const start = useAction(StartIdentityVerificationDocument, (data) => data.startIdentityVerification);
  const confirmation = useAction(ConfirmIdentityVerificationDocument, (data) => data.confirmIdentityVerification, changes);
  const [pending, setPending] = useState<Pending | null>(null);
  const [opening, setOpening] = useState(false);
  const [trouble, setTrouble] = useState<'unfinished' | 'noWindow' | null>(null);
  const { run, lastFailure, forget } = confirmation;

  const confirm = async (id: string, address: string | null = null) => {
    setTrouble(null);
    setPending(null);
    if (await run({ input: { id } })) return onDone();
    const failure = lastFailure();
    if (failure && mayRetry(failure)) setPending({ id, address, window: null });
  };
  const giveUp = useCallback(() => setTrouble('unfinished'), []);

  const openOwn = async (verification: Verification) => {
    keepNext(verification.id, next);
    setOpening(true);
    try {
      const end = await openIdentityWindow(verification, window.location.origin + adultPage(null));
      if (end === 'finished') await confirm(verification.id);
      if (end === 'unfinished') giveUp();
    } catch {
      setTrouble('noWindow');
    } finally {
      setOpening(false);
    }
  };
  const begin = async () => {
    setTrouble(null);
    setPending(null);
    forget();
    const verification = (await start.run({}))?.verification;
    if (!verification) return;
    if (verification.windowUrl === null) return openOwn(verification);
    const address = webAddress(verification.windowUrl, window.location.origin)?.toString();
    if (address === undefined) setTrouble('noWindow');
    else setPending({ id: verification.id, address, window: window.open(address, 'doa-identity') });
  };

  // Back from the provider's page, the browser may restore this very page: it must be usable again.
  useEffect(() => {
    const onShow = (event: PageTransitionEvent) => {
      if (event.persisted) setOpening(false);
    };
    window.addEventListener('pageshow', onShow);
    return () => window.removeEventListener('pageshow', onShow);
  }, []);

  // A window beside this page tells nobody that it is done: it is closed.
  useEffect(() => {
    const opened = pending?.window;
    if (!opened) return;
    const timer = window.setInterval(() => {
      if (!opened.closed) return;
      window.clearInterval(timer);
      void confirm(pending.id, pending.address);
    }, 500);
    return () => window.clearInterval(timer);
  });

  return {
    begin,
    confirm,
    giveUp,
    pending,
    trouble,
    busy: start.busy || opening,
    checking: confirmation.busy,
    failure: start.failure ?? confirmation.failure,
  };
}
