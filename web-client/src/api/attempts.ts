/**
 * Idempotency keys. One attempt keeps one key over every retry, also over a reload of the page, so that a lost
 * answer never becomes a second order or payment. A definite answer ends the attempt.
 */
export class Attempts {
  constructor(
    private readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    private readonly newKey: () => string,
  ) {}

  /** The key of the attempt to send this body; another body is another attempt. */
  keyFor(action: string, body: unknown): string {
    const fingerprint = JSON.stringify(body);
    const stored = this.read(action);
    if (stored?.fingerprint === fingerprint) return stored.key;
    const key = this.newKey();
    this.storage.setItem(slot(action), JSON.stringify({ fingerprint, key }));
    return key;
  }

  end(action: string): void {
    this.storage.removeItem(slot(action));
  }

  private read(action: string): { fingerprint: string; key: string } | null {
    const text = this.storage.getItem(slot(action));
    if (text === null) return null;
    try {
      const { fingerprint, key } = JSON.parse(text) as { fingerprint?: unknown; key?: unknown };
      return typeof fingerprint === 'string' && typeof key === 'string' ? { fingerprint, key } : null;
    } catch {
      return null;
    }
  }
}

function slot(action: string): string {
  return `doa.attempt.${action}`;
}

/** `crypto.randomUUID` exists only in secure contexts, and a phone on the local network is not one. */
export function newUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
