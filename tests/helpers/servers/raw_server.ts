// Connections on loopback as bytes.

/** One connection. */
export interface RawConnection extends AsyncDisposable {
  read(): Promise<Uint8Array | null>;
  write(text: string): Promise<void>;
  /** Connects to a port of loopback. */
  connect(port: number): Promise<RawConnection>;
  /** Passes bytes both ways until either side ends. */
  join(far: RawConnection): Promise<void>;
  readonly conn: Deno.Conn;
}

/** Accepts connections, and has each one served; it is closed afterwards. */
export function acceptAll(serve: (connection: RawConnection) => Promise<void>): AsyncDisposable & { port: number } {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const serving = new Set<Promise<void>>();
  const accepting = (async () => {
    for await (const conn of listener) {
      open.add(conn);
      const work = (async () => {
        await using connection = wrap(conn, open);
        try {
          await serve(connection);
        } catch {
          // the other side is gone
        }
      })();
      serving.add(work);
      void work.then(() => serving.delete(work));
    }
  })();
  return {
    port: listener.addr.port,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      for (const conn of open) close(conn, open);
      await Promise.all(serving);
    },
  };
}

/** Reads up to the blank line after a head; `null` if the connection ends before it. */
export async function readHead(connection: RawConnection): Promise<string | null> {
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const bytes = await connection.read();
    if (bytes === null) return null;
    head += String.fromCharCode(...bytes);
  }
  return head;
}

function close(conn: Deno.Conn, open: Set<Deno.Conn>): void {
  if (open.delete(conn)) conn.close();
}

function wrap(conn: Deno.Conn, open: Set<Deno.Conn>): RawConnection {
  const buffer = new Uint8Array(65_536);
  const writeAll = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += await conn.write(bytes.subarray(at));
  };
  return {
    conn,
    async read() {
      const length = await conn.read(buffer);
      return length === null ? null : buffer.slice(0, length);
    },
    write: (text) => writeAll(Uint8Array.from(text, (one) => one.charCodeAt(0))),
    async connect(port) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      open.add(far);
      return wrap(far, open);
    },
    async join(far) {
      const pump = async (from: RawConnection, to: Deno.Conn) => {
        try {
          for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) {
            for (let at = 0; at < bytes.length;) at += await to.write(bytes.subarray(at));
          }
        } catch {
          // either side is gone
        }
        close(conn, open);
        close(far.conn, open);
      };
      await Promise.all([pump(this, far.conn), pump(far, conn)]);
    },
    [Symbol.asyncDispose]() {
      close(conn, open);
      return Promise.resolve();
    },
  };
}
