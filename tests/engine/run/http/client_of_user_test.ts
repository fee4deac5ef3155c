// Users with certificates and addresses of their own, as the server sees them.

import { assertEquals } from "@std/assert";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { TRANSPORT_NAMES } from "../../../../lib/http/transport.ts";
import { makeCertificates } from "../../../helpers/http/certificates.ts";
import { runSource } from "../../../helpers/runs/run.ts";

const certificates = makeCertificates();
globalThis.addEventListener("unload", () => certificates?.[Symbol.dispose]());

for (const transport of TRANSPORT_NAMES) {
  Deno.test({
    name: `each user shows its certificate and comes from its address (${transport})`,
    ignore: certificates === null || Deno.build.os !== "linux",
    async fn() {
      const seen = new Map<string, string>();
      const server = https.createServer(
        { ...certificates!.local, requestCert: true, rejectUnauthorized: false },
        (request, response) => {
          const { remoteAddress } = request.socket;
          seen.set(String(remoteAddress), String(request.headers["x-user"]));
          response.end("hello");
        },
      );
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const { port } = server.address() as AddressInfo;
      const { ca, client, local } = certificates!;
      const source = `
        import { HttpUser } from "@x/locust";
        export const setup = () => ({ pairs: ${JSON.stringify([client, local, client])} });
        export class Buyer extends HttpUser {
          static client = ({ id, data }) => ({
            ...data.pairs[id],
            caCerts: [${JSON.stringify(ca)}],
            headers: { "x-user": String(id) },
            localAddress: "127.0.0." + (10 + id),
          });
          async run() {
            await this.client.get("https://localhost:${port}/");
          }
        }`;
      try {
        const { result } = await runSource(source, { users: 3, workers: 1, iterations: 30, transport });
        assertEquals([result.problems, result.summary.total.failures], [[], 0]);
        assertEquals(Object.fromEntries(seen), { "127.0.0.10": "0", "127.0.0.11": "1", "127.0.0.12": "2" });
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  });
}

Deno.test("a wrong setting of a function ends the run before a request, with the user and what is wrong", async () => {
  const source = `
    import { HttpUser } from "@x/locust";
    export class Buyer extends HttpUser {
      static client = ({ id }) => ({ timeout: "x" + id });
      async run() { await this.client.get("http://127.0.0.1:12345/"); }
    }`;
  let message = "";
  try {
    await runSource(source, { users: 2, workers: 1, iterations: 1 });
  } catch (error) {
    message = (error as Error).message;
  }
  assertEquals(
    message.startsWith('Cannot run class Buyer: static client.timeout is "x0": expected a number'),
    true,
    message,
  );
});
