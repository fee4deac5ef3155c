/**
 * TLS sessions of one user, kept to be resumed when it connects again.
 *
 * @module
 */

/** A session that can be resumed; whoever has it frees it. */
export interface TlsSession {
  /** Gives back what it holds; it must not be used any more. */
  free(): void;
}

/** An encrypted connection that is open. */
export interface SessionSource {
  /** Returns a session that nobody else will resume, or `null` without one. */
  takeSession(): TlsSession | null;
}

/** Most servers of one user whose sessions are kept; past it the oldest goes. */
const MAX_ORIGINS = 256;

/** What one user may resume, by origin: as in a browser, no two users have a session in common. */
export class TlsSessions {
  readonly #kept = new Map<string, TlsSession>();
  readonly #open = new Map<string, SessionSource>();
  #isClosed = false;

  /**
   * Returns a session of an origin, the caller's from now on: the one kept when a connection was closed, or one of the
   * connection opened last; `null` without any.
   */
  take(originKey: string): TlsSession | null {
    const kept = this.#kept.get(originKey);
    if (kept === undefined) return this.#open.get(originKey)?.takeSession() ?? null;
    this.#kept.delete(originKey);
    return kept;
  }

  /** Takes note of a connection that is open. */
  opened(originKey: string, source: SessionSource): void {
    if (!this.#isClosed) this.#open.set(originKey, source);
  }

  /** Keeps the session of a connection that is about to be closed. */
  closing(originKey: string, source: SessionSource): void {
    if (this.#open.get(originKey) === source) this.#open.delete(originKey);
    if (this.#isClosed) return;
    const session = source.takeSession();
    if (session !== null) this.#keep(originKey, session);
  }

  /** Takes note of a connection that has failed, whose session must not be resumed. */
  failed(originKey: string, source: SessionSource): void {
    if (this.#open.get(originKey) === source) this.#open.delete(originKey);
  }

  /** Frees all sessions; keeps none afterwards. */
  close(): void {
    this.#isClosed = true;
    for (const session of this.#kept.values()) session.free();
    this.#kept.clear();
    this.#open.clear();
  }

  #keep(originKey: string, session: TlsSession): void {
    this.#kept.get(originKey)?.free();
    this.#kept.delete(originKey);
    this.#kept.set(originKey, session);
    if (this.#kept.size <= MAX_ORIGINS) return;
    const [oldest, dropped] = this.#kept.entries().next().value!;
    dropped.free();
    this.#kept.delete(oldest);
  }
}
