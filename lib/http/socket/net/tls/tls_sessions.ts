/**
 * TLS sessions of one user, kept for resumption.
 *
 * @module
 */

/** A session that can be resumed; its holder must free it. */
export interface TlsSession {
  /** Releases its memory; it must not be used afterwards. */
  free(): void;
}

/** An open encrypted connection. */
export interface SessionSource {
  /** Returns a session for one resumption, or `null` without one. */
  takeSession(): TlsSession | null;
}

/** Most servers of one user whose sessions are kept; beyond it the oldest is dropped. */
const MAX_ORIGINS = 256;

/** The sessions of one user, by origin: as with browsers, users do not share sessions. */
export class TlsSessions {
  /** `null` before the first encrypted connection: most users need neither. */
  #kept: Map<string, TlsSession> | null = null;
  #open: Map<string, SessionSource> | null = null;
  #isClosed = false;

  /**
   * Returns a session of an origin, which the caller then owns: from a closed connection, or else from the one opened last.
   * `null` without a session.
   */
  take(originKey: string): TlsSession | null {
    const kept = this.#kept?.get(originKey);
    if (kept === undefined) return this.#open?.get(originKey)?.takeSession() ?? null;
    this.#kept!.delete(originKey);
    return kept;
  }

  /** Registers an open connection. */
  opened(originKey: string, source: SessionSource): void {
    if (!this.#isClosed) (this.#open ??= new Map()).set(originKey, source);
  }

  /** Keeps the session of a connection that is about to be closed. */
  closing(originKey: string, source: SessionSource): void {
    if (this.#open?.get(originKey) === source) this.#open.delete(originKey);
    if (this.#isClosed) return;
    const session = source.takeSession();
    if (session !== null) this.#keep(originKey, session);
  }

  /** Removes a failed connection, whose session must not be resumed. */
  failed(originKey: string, source: SessionSource): void {
    if (this.#open?.get(originKey) === source) this.#open.delete(originKey);
  }

  /** Frees all sessions; keeps none afterwards. */
  close(): void {
    this.#isClosed = true;
    this.#kept?.forEach((session) => session.free());
    this.#kept = this.#open = null;
  }

  #keep(originKey: string, session: TlsSession): void {
    const kept = this.#kept ??= new Map();
    kept.get(originKey)?.free();
    kept.delete(originKey);
    kept.set(originKey, session);
    if (kept.size <= MAX_ORIGINS) return;
    const [oldest, dropped] = kept.entries().next().value!;
    dropped.free();
    kept.delete(oldest);
  }
}
