/**
 * A small HTTP/1.1 server for scrapes: each connection is one request, and connections, sizes and times have limits.
 * Deno's own server has none on connections.
 *
 * @module
 */

import type { ListenAddress } from "../../core/listen_address.ts";

/** Most connections at once; further ones are closed at once. */
export const MAX_CONNECTIONS = 32;
/** Largest head of a request, in bytes. */
export const MAX_HEAD_BYTES = 16 * 1024;
/** Time that a connection has, from its acceptance to its end, in milliseconds. */
const TIMEOUT_MS = 10_000;
/** Time until the next attempt to accept a connection after one that failed, in milliseconds. */
const RETRY_MS = 100;
/** Most bytes after the head that are read and dropped, so that closing does not cut off the answer. */
const MAX_IGNORED_BYTES = 64 * 1024;

/** The head of a request. */
export interface ScrapeRequest {
  readonly method: string;
  /** Path, without the query. */
  readonly path: string;
  /** Value of a header by its name in lower case; of one that comes several times, all joined by commas. */
  readonly headers: ReadonlyMap<string, string>;
  /** Address of the client. */
  readonly client: string;
}

/** What a request is answered with. */
export interface ScrapeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A server that is listening. */
export class Listener {
  readonly #listener: Deno.TcpListener;
  readonly #answer: (request: ScrapeRequest) => ScrapeAnswer;
  readonly #timeoutMs: number;
  readonly #open = new Map<Deno.TcpConn, Promise<void>>();
  readonly #accepting: Promise<void>;
  #isClosed = false;

  /**
   * Begins to listen.
   *
   * @param answer Answers a request with a readable head
   * @param timeoutMs Time that a connection has, in milliseconds
   * @throws {Deno.errors.AddrInUse} if the port is taken
   */
  constructor(
    { host: hostname, port }: ListenAddress,
    answer: (request: ScrapeRequest) => ScrapeAnswer,
    timeoutMs: number = TIMEOUT_MS,
  ) {
    this.#listener = Deno.listen({ hostname, port });
    this.#answer = answer;
    this.#timeoutMs = timeoutMs;
    this.#accepting = this.#accept();
  }

  /** The port: the one asked for, or if that was 0, the one given. */
  get port(): number {
    return this.#listener.addr.port;
  }

  /** Stops listening, and closes the connections once their answers are out. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#listener.close();
    await this.#accepting;
    await Promise.all(this.#open.values());
  }

  async #accept(): Promise<void> {
    while (!this.#isClosed) {
      const connection = await this.#next();
      if (connection === null) continue;
      if (this.#open.size >= MAX_CONNECTIONS) {
        connection.close();
        continue;
      }
      const served = this.#serve(connection).finally(() => this.#open.delete(connection));
      this.#open.set(connection, served);
    }
  }

  /** Returns the next connection; `null` once it is closed, and after a while if the system has no more files to open. */
  async #next(): Promise<Deno.TcpConn | null> {
    try {
      return await this.#listener.accept();
    } catch {
      if (!this.#isClosed) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      return null;
    }
  }

  async #serve(connection: Deno.TcpConn): Promise<void> {
    let isOpen = true;
    const close = () => {
      if (isOpen) connection.close();
      isOpen = false;
    };
    const timer = setTimeout(close, this.#timeoutMs);
    try {
      const head = await readHead(connection);
      if (head === null) return;
      const request = parseHead(head, connection.remoteAddr.hostname);
      await writeAll(connection, answerBytes(request, request === null ? BAD_REQUEST : this.#answer(request)));
      await connection.closeWrite();
      await dropRest(connection);
    } catch {
      // The client has gone, or its time is over: there is nobody left to tell.
    } finally {
      clearTimeout(timer);
      close();
    }
  }
}

const BAD_REQUEST: ScrapeAnswer = plainAnswer(400, "Bad request");

/** Returns an answer of one line. */
export function plainAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): ScrapeAnswer {
  return {
    status,
    headers: { ...headers, "content-type": "text/plain; charset=utf-8" },
    body: new TextEncoder().encode(`${text}\n`),
  };
}

/** Returns the head of a request without its last empty line; `null` if the connection ends before it does. */
async function readHead(connection: Deno.TcpConn): Promise<string | null> {
  const bytes = new Uint8Array(MAX_HEAD_BYTES);
  let length = 0;
  while (length < bytes.length) {
    const read = await connection.read(bytes.subarray(length));
    if (read === null) return null;
    length += read;
    const text = new TextDecoder("latin1").decode(bytes.subarray(0, length));
    const end = text.indexOf("\r\n\r\n");
    if (end >= 0) return text.slice(0, end);
  }
  return ""; // too large
}

/** Returns the request in a head, or `null` if it is none. */
function parseHead(head: string, client: string): ScrapeRequest | null {
  const [first = "", ...lines] = head.split("\r\n");
  const [, method, path] = /^([A-Z]+) (\/[^ ?]*)(?:\?[^ ]*)? HTTP\/1\.[01]$/.exec(first) ?? [];
  if (method === undefined || path === undefined) return null;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return null;
    const key = name.toLowerCase();
    headers.set(key, headers.has(key) ? `${headers.get(key)}, ${value}` : value);
  }
  return { method, path, headers, client };
}

/** Names of the statuses that are used. */
const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: "OK",
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  421: "Misdirected Request",
};

function answerBytes(request: ScrapeRequest | null, { status, headers, body }: ScrapeAnswer): Uint8Array<ArrayBuffer> {
  const lines = Object.entries({
    ...headers,
    "content-length": String(body.length),
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = new TextEncoder().encode(`HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\n${lines.join("")}\r\n`);
  if (request?.method === "HEAD") return head;
  const bytes = new Uint8Array(head.length + body.length);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}

async function writeAll(connection: Deno.TcpConn, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) at += await connection.write(bytes.subarray(at));
}

async function dropRest(connection: Deno.TcpConn): Promise<void> {
  const bytes = new Uint8Array(4096);
  for (let dropped = 0; dropped < MAX_IGNORED_BYTES;) {
    const read = await connection.read(bytes);
    if (read === null) return;
    dropped += read;
  }
}
