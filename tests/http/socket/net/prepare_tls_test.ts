// The time of the first encrypted request of a process.

import { assert, assertEquals } from "@std/assert";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { openSsl } from "../../../../lib/http/socket/net/epoll/openssl.ts";
import { prepareTransports } from "../../../../lib/http/transports.ts";
import { makeCertificates } from "../../../helpers/http/certificates.ts";

const SCRIPT = fileURLToPath(new URL("first_request.ts", import.meta.url));
/** Runs per measurement; the least time counts, so that a busy machine matters less. */
const RUNS = 5;

openSsl(); // not in a test: it stays open
const certificates = makeCertificates();
globalThis.addEventListener("unload", () => certificates?.[Symbol.dispose]());

/** Runs a request in a separate process and returns its time, in milliseconds. */
async function firstRequestMs(url: string, ...args: string[]): Promise<number> {
  const command = new Deno.Command(Deno.execPath(), { args: ["run", "-A", "--no-check", SCRIPT, url, ...args] });
  const { code, stdout, stderr } = await command.output();
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  return Number(new TextDecoder().decode(stdout));
}

Deno.test({
  name: "a first request with caCerts takes at most 25 ms more than an insecure one, once it is prepared",
  ignore: certificates === null,
  async fn() {
    // Not Deno's own server, whose first answer would wait for an acknowledgement.
    const server = https.createServer(certificates!.local, (_, response) => void response.end("hello"));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
    const [trusting, insecure, fetching]: number[][] = [[], [], []];
    try {
      for (let run = 0; run < RUNS; run++) {
        trusting!.push(await firstRequestMs(url, "prepared", "socket", certificates!.ca));
        insecure!.push(await firstRequestMs(url, "prepared", "socket"));
        fetching!.push(await firstRequestMs(url, "prepared", "fetch", certificates!.ca));
      }
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    const least = [trusting!, insecure!, fetching!].map((times) => Math.min(...times));
    // deno-lint-ignore no-console -- the figures are what one wants to see
    console.log(`caCerts, insecure, caCerts over fetch, in ms: ${least.map((ms) => ms.toFixed(1)).join(", ")}`);
    assert(least[0]! - least[1]! <= 25 && least[2]! - least[1]! <= 25, least.join(" "));
  },
});

Deno.test("prepareTransports() opens no connection, and may be called again", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then(() => "accepted", () => "closed");
  await prepareTransports([null, `https://127.0.0.1:${listener.addr.port}/`], 1);
  await prepareTransports(["http://127.0.0.1/"], 1);
  await prepareTransports([null], 1);
  listener.close();
  assertEquals(await accepted, "closed");
});
