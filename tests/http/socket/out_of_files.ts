// Run with a low limit on open files: opens connections until the limit, closes them, and tries again.

import { TransportError, type WireResponse } from "../../../lib/http/transport.ts";
import { createTransport } from "../../../lib/http/transports.ts";

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
const { port } = listener.addr;
const request = () => ({ method: "GET", url: new URL(`http://127.0.0.1:${port}/`), headers: [], body: null });

/** Waits for an exchange to end. */
function send(transport = createTransport("socket", {}, null)): Promise<WireResponse | TransportError> {
  return new Promise((resolve) => {
    transport.send(request(), { onStart() {}, onSent() {}, onResponse: resolve, onError: resolve });
  });
}

const taken: Deno.FsFile[] = [];
try {
  while (true) taken.push(Deno.openSync(new URL(import.meta.url)));
} catch {
  // the limit is reached
}
const failed = await send();
// deno-lint-ignore no-console -- what the test reads
console.log(failed instanceof TransportError ? `${failed.kind}: ${failed.message}` : failed.status);
for (const file of taken) file.close();
const serving = (async () => {
  using connection = await listener.accept();
  await connection.read(new Uint8Array(1024));
  await connection.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
})();
const answered = await send();
// deno-lint-ignore no-console -- what the test reads
console.log(answered instanceof TransportError ? answered.message : `then ${answered.status}`);
await serving;
listener.close();
