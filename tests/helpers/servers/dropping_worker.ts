/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
// The thread of a dropping server: posts its port, and on request its counts once all connections are closed.

import type { DroppingCounts } from "./dropping_server.ts";

const ANSWER = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");

let open = 0;
let [read, dropped] = [0, 0];
/** Port of the last connection to wait for, which the server opens itself; -1 before a request for counts. */
let lastPort = -1;
let isLastSeen = false;

function reportCounts(): void {
  if (!isLastSeen || open > 0) return;
  isLastSeen = false;
  const counts: DroppingCounts = { read, dropped };
  self.postMessage(counts);
}

/** Returns the end of the first request in a string, or -1 if it is incomplete. */
function requestEnd(text: string): number {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return -1;
  const length = Number(/^content-length: *(\d+)/im.exec(text.slice(0, end))?.[1] ?? 0);
  return text.length < end + 4 + length ? -1 : end + 4 + length;
}

async function serve(connection: Deno.Conn): Promise<void> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    text += new TextDecoder("latin1").decode(buffer.subarray(0, count));
    for (let end = requestEnd(text); end !== -1; end = requestEnd(text)) {
      const mustHang = text.slice(0, end).includes(" /hang ");
      text = text.slice(end);
      read++;
      if (read % 2 === 0) {
        dropped++;
        return;
      }
      if (!mustHang) await connection.write(ANSWER);
    }
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr as Deno.NetAddr;
// Connections are accepted in order: once this one is accepted, all earlier ones are.
self.onmessage = async () => {
  const last = await Deno.connect({ hostname: "127.0.0.1", port });
  lastPort = last.localAddr.port;
  last.close();
};
self.postMessage(port);
for await (const connection of listener) {
  open++;
  const { remoteAddr } = connection;
  // The client may have closed the connection: everything it sent was read before.
  void serve(connection).catch(() => {}).finally(() => {
    connection.close();
    open--;
    if (remoteAddr.port === lastPort) isLastSeen = true;
    reportCounts();
  });
}
