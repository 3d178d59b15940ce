import { readClaims, type Claims, type Scope } from './claims';

export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** Seconds. */
  expiresIn: number;
}

/** `refused` means the refresh token is dead; a network failure is thrown instead and leaves it in place. */
export type RefreshOutcome = { tokens: Tokens } | 'refused';

export interface SessionState {
  status: 'restoring' | 'signedOut' | 'signedIn';
  scopes: readonly Scope[];
  /** What the account would open with a second factor. */
  withheld: readonly Scope[];
  /** Rises when another person's data may follow; whatever was cached before then must go. */
  generation: number;
}

export interface SessionParts {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  refresh: (refreshToken: string) => Promise<RefreshOutcome>;
  now: () => number;
  /** Runs the work while no other tab does; two tabs rotating one token would end the session. */
  alone: <T>(work: () => Promise<T>) => Promise<T>;
}

export const refreshTokenKey = 'doa.refreshToken';
const earlyMs = 30_000;
const nobody: Claims = { scopes: [], withheld: [] };

/**
 * Who is signed in. The access token lives in memory only; the refresh token, which rotates at every use,
 * lives in localStorage so that a reload or another tab keeps the session.
 */
export class SessionStore {
  private accessToken: string | null = null;
  private expiresAtMs = 0;
  private inFlight: Promise<string | null> | null = null;
  private state: SessionState;
  private readonly listeners = new Set<() => void>();

  constructor(private readonly parts: SessionParts) {
    const stored = parts.storage.getItem(refreshTokenKey) !== null;
    this.state = { status: stored ? 'restoring' : 'signedOut', scopes: [], withheld: [], generation: 0 };
  }

  readonly snapshot = (): SessionState => this.state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  /** A token good for the next request, refreshed when it is about to expire; null when nobody is signed in. */
  async token(): Promise<string | null> {
    if (this.accessToken !== null && this.parts.now() < this.expiresAtMs - earlyMs) return this.accessToken;
    if (this.parts.storage.getItem(refreshTokenKey) === null) return null;
    return this.refresh();
  }

  /** Rotates both tokens. However many callers ask at once, the server is asked once. */
  refresh(): Promise<string | null> {
    this.inFlight ??= this.parts.alone(() => this.rotate()).finally(() => {
      this.inFlight = null;
    });
    return this.inFlight;
  }

  adopt(tokens: Tokens): void {
    const claims = readClaims(tokens.accessToken);
    this.accessToken = tokens.accessToken;
    this.expiresAtMs = this.parts.now() + tokens.expiresIn * 1000;
    this.parts.storage.setItem(refreshTokenKey, tokens.refreshToken);
    this.change('signedIn', claims);
  }

  clear(): void {
    this.accessToken = null;
    this.expiresAtMs = 0;
    this.parts.storage.removeItem(refreshTokenKey);
    this.change('signedOut', nobody);
  }

  /** Follows a sign-in or sign-out that happened in another tab. */
  followOtherTab(refreshToken: string | null): void {
    if (refreshToken === null) {
      if (this.state.status !== 'signedOut') this.clear();
    } else if (this.state.status === 'signedOut') {
      void this.refresh();
    }
  }

  private async rotate(): Promise<string | null> {
    // Read again under the lock: another tab may have rotated the token while this one waited.
    const refreshToken = this.parts.storage.getItem(refreshTokenKey);
    if (refreshToken === null) {
      this.clear();
      return null;
    }
    let outcome: RefreshOutcome;
    try {
      outcome = await this.parts.refresh(refreshToken);
    } catch {
      if (this.state.status === 'restoring') this.change('signedOut', nobody);
      return null;
    }
    if (outcome === 'refused') {
      this.clear();
      return null;
    }
    this.adopt(outcome.tokens);
    return outcome.tokens.accessToken;
  }

  private change(status: 'signedOut' | 'signedIn', { scopes, withheld }: Claims): void {
    const { status: before, generation } = this.state;
    const sameReader = before === 'restoring' || before === status;
    this.state = { status, scopes, withheld, generation: sameReader ? generation : generation + 1 };
    for (const listener of this.listeners) listener();
  }
}
