// A TCP relay on loopback that can cut every connection.

/** A running relay. */
export interface Relay extends AsyncDisposable {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Bytes sent to clients. */
  readonly bytesBack: number;
  /** Closes every connection; resolves once that is done. */
  cut(): Promise<void>;
}

/** Starts a relay to a port of loopback. */
export function startRelay(targetPort: number): Relay {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open = new Set<Deno.Conn>();
  const pumps: Promise<void>[] = [];
  let connections = 0;
  let bytesBack = 0;
  const pump = async (from: Deno.Conn, to: Deno.Conn, onPassed: (length: number) => void) => {
    const buffer = new Uint8Array(65_536);
    try {
      for (let length = await from.read(buffer); length !== null; length = await from.read(buffer)) {
        for (let at = 0; at < length;) at += await to.write(buffer.subarray(at, length));
        onPassed(length);
      }
      await to.closeWrite();
    } catch {
      // either side is gone
    }
  };
  const cut = async () => {
    for (const one of open) one.close();
    open.clear();
    await Promise.all(pumps.splice(0));
  };
  const accepting = (async () => {
    for await (const near of listener) {
      connections++;
      open.add(near);
      const far = await Deno.connect({ hostname: "127.0.0.1", port: targetPort });
      open.add(far);
      pumps.push(pump(near, far, () => {}), pump(far, near, (length) => bytesBack += length));
    }
  })();
  return {
    port: listener.addr.port,
    get connections() {
      return connections;
    },
    get bytesBack() {
      return bytesBack;
    },
    cut,
    async [Symbol.asyncDispose]() {
      listener.close();
      await accepting;
      await cut();
    },
  };
}
