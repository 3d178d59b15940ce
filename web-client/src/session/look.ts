import type { TokenSource } from '../api/authorizedFetch';

/** A look at the market as somebody else. */
export interface Look {
  id: string;
  /** As whom. */
  name: string;
  until: string;
  /** Cannot be refreshed. */
  accessToken: string;
  /** The page where it began, to which the tab comes back. */
  from: string;
}

/** A look that is over. */
export interface PastLook {
  name: string;
  /** Ended in this tab; otherwise its time was over, or it was ended elsewhere. */
  endedHere: boolean;
}

export interface LookParts {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Loads a page anew. */
  open: (path: string) => void;
}

const lookKey = 'doa.look';
const pastKey = 'doa.pastLook';

/**
 * The look in which staff read this tab. Every loaded document belongs to one reader from its beginning to its end, so
 * that nothing that was read or sent as one of them can become the other's. The storage is the tab's own.
 */
export class LookKeeper {
  readonly current: Look | null;
  /** The look that has just ended; told once. */
  readonly past: PastLook | null;

  constructor(private readonly parts: LookParts) {
    this.current = this.read<Look>(lookKey);
    this.past = this.read<PastLook>(pastKey);
    parts.storage.removeItem(pastKey);
  }

  begin(look: Look): void {
    this.parts.storage.setItem(lookKey, JSON.stringify(look));
    this.parts.open('/');
  }

  /** Brings the staff's own session back. However many requests find that the look is over, the first one counts. */
  leave(endedHere: boolean): void {
    if (this.current === null || this.isStale()) return;
    const past: PastLook = { name: this.current.name, endedHere };
    this.parts.storage.removeItem(lookKey);
    this.parts.storage.setItem(pastKey, JSON.stringify(past));
    this.parts.open(this.current.from);
  }

  /** Whether a look has begun or ended since this document was loaded. */
  isStale(): boolean {
    return this.read<Look>(lookKey)?.id !== this.current?.id;
  }

  /** The look's tokens; null outside of one. */
  tokens(): TokenSource | null {
    const look = this.current;
    if (look === null) return null;
    return {
      token: () => Promise.resolve(look.accessToken),
      refresh: () => {
        this.leave(false);
        return Promise.resolve(null);
      },
    };
  }

  private read<T>(key: string): T | null {
    const text = this.parts.storage.getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  }
}
