/**
 * A connection to a browser by the Chrome DevTools protocol: commands with answers, and events.
 *
 * Source: https://chromedevtools.github.io/devtools-protocol/
 *
 * @module
 */

/** What a browser says of itself. */
// deno-lint-ignore no-explicit-any
export type Params = Record<string, any>;

/** Receives an event of a session; the browser's own events have none. */
export type EventHandler = (method: string, params: Params, session: string | undefined) => void;

/** Longest wait for an answer, in milliseconds. */
const ANSWER_LIMIT_MS = 15_000;

/** A connection. */
export class Devtools {
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, PromiseWithResolvers<Params>>();
  #id = 0;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;

  private constructor(socket: WebSocket, onEvent: EventHandler) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#onMessage(JSON.parse(data), onEvent);
    this.closed = new Promise((resolve) => socket.addEventListener("close", () => resolve()));
    this.closed.then(() => this.#pending.forEach(({ reject }) => reject(new Error("the browser is closed"))));
  }

  /** Connects to a browser. */
  static async connect(url: string, onEvent: EventHandler): Promise<Devtools> {
    const socket = new WebSocket(url);
    const devtools = new Devtools(socket, onEvent);
    await new Promise<void>((resolve, reject) => {
      socket.onopen = () => resolve();
      socket.onerror = () => reject(new Error("its DevTools refuse the connection"));
    });
    socket.onerror = null;
    return devtools;
  }

  /**
   * Sends a command.
   *
   * @throws {Error} if the browser refuses it, does not answer, or is closed
   */
  async send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    if (this.#socket.readyState !== WebSocket.OPEN) throw new Error("the browser is closed");
    const id = ++this.#id;
    const answer = Promise.withResolvers<Params>();
    this.#pending.set(id, answer);
    const limit = setTimeout(() => answer.reject(new Error(`no answer to ${method}`)), ANSWER_LIMIT_MS);
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    try {
      return await answer.promise;
    } finally {
      clearTimeout(limit);
      this.#pending.delete(id);
    }
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.close();
    await this.closed;
  }

  #onMessage({ id, result, error, method, params, sessionId }: Params, onEvent: EventHandler): void {
    if (id === undefined) return onEvent(method, params, sessionId);
    const answer = this.#pending.get(id);
    if (error === undefined) answer?.resolve(result);
    else answer?.reject(new Error(error.message));
  }
}
