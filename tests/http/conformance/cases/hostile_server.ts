// A server that sends exactly the bytes that a test specifies.

import { Buffer } from "node:buffer";

/** One connection, from the server's side. */
export class HostileConnection {
  readonly #conn: Deno.Conn;
  #unread: Uint8Array = new Uint8Array();

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Reads one request whole, by its `content-length` or chunked coding; `null` when the client has closed. */
  async readRequest(): Promise<string | null> {
    let text = latin1(this.#unread);
    const isWhole = () => {
      const end = text.indexOf("\r\n\r\n");
      if (end === -1) return false;
      const length = Number(/^content-length: *(\d+)/im.exec(text)?.[1] ?? 0);
      if (/^transfer-encoding: *chunked/im.test(text.slice(0, end))) return text.endsWith("0\r\n\r\n");
      return text.length >= end + 4 + length;
    };
    while (!isWhole()) {
      const bytes = await this.#read();
      if (bytes === null) return null;
      text += latin1(bytes);
    }
    this.#unread = new Uint8Array();
    return text;
  }

  /** Reads up to and including a string, or to the end of the connection; leaves the rest unread. */
  async readUntil(end: string): Promise<string> {
    let text = latin1(this.#unread);
    this.#unread = new Uint8Array();
    while (!text.includes(end)) {
      const bytes = await this.#read();
      if (bytes === null) return text;
      text += latin1(bytes);
    }
    const after = text.indexOf(end) + end.length;
    this.#unread = Buffer.from(text.slice(after), "latin1");
    return text.slice(0, after);
  }

  /** Reads the first bytes that come, as latin1. */
  async readSome(): Promise<string> {
    if (this.#unread.length === 0) return latin1(await this.#read() ?? new Uint8Array());
    const unread = this.#unread;
    this.#unread = new Uint8Array();
    return latin1(unread);
  }

  /** Reads that many bytes, or until the other side has closed; returns how many they were. */
  async drain(limit = Infinity): Promise<number> {
    let count = this.#unread.length;
    this.#unread = new Uint8Array();
    while (count < limit) {
      const bytes = await this.#read();
      if (bytes === null) return count;
      count += bytes.length;
      if (count > limit) this.#unread = bytes.subarray(bytes.length - (count - limit));
    }
    return Math.min(count, limit);
  }

  /** Bytes that have been received, but not read by the test. */
  get unreadBytes(): number {
    return this.#unread.length;
  }

  /** Sends bytes, or a string as latin1. */
  async send(data: string | Uint8Array): Promise<void> {
    let bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    while (bytes.length > 0) bytes = bytes.subarray(await this.#conn.write(bytes));
  }

  /** Sends bytes one at a time, each in its own packet if the system allows. */
  async dribble(data: string): Promise<void> {
    for (const char of data) {
      await this.send(char);
      await arrival();
    }
  }

  /** Closes the connection. */
  close(): void {
    try {
      this.#conn.close();
    } catch {
      // closed already
    }
  }

  async #read(): Promise<Uint8Array | null> {
    const buffer = new Uint8Array(65_536);
    const count = await this.#conn.read(buffer).catch(() => null);
    return count === null ? null : buffer.subarray(0, count);
  }
}

/** A running hostile server. */
export interface HostileServer extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
}

/**
 * Starts the server on a free port of loopback.
 *
 * @param serve Called for each connection with its number from 0; the connection is closed when it returns
 * @param listener Accepts the connections; by default a port of loopback. Closed at the end
 */
export function startHostile(
  serve: (connection: HostileConnection, index: number) => Promise<void>,
  listener: Deno.Listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }),
): HostileServer {
  const open = new Set<HostileConnection>();
  const tasks: Promise<void>[] = [];
  let connections = 0;
  const accepting = (async () => {
    for await (const conn of listener) {
      // Without it the second of two pieces waits 40 ms for an acknowledgement of the first.
      if ("setNoDelay" in conn) (conn as Deno.TcpConn).setNoDelay(true);
      const connection = new HostileConnection(conn);
      open.add(connection);
      const task = serve(connection, connections++).catch(() => {}).finally(() => connection.close());
      tasks.push(task);
    }
  })();
  return {
    port: "port" in listener.addr ? listener.addr.port : 0,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting; // a connection may have been accepted just before
      for (const connection of open) connection.close();
      await Promise.all(tasks);
    },
  };
}

/** Waits until the other side has read what was sent: only a timer makes Deno poll its connections. */
export function arrival(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** Returns bytes as a string, one character each; `TextDecoder`'s latin1 is windows-1252. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
