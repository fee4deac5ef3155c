// How a server ends a connection encrypted by OpenSSL.

import { assertEquals } from "@std/assert";
import { answer } from "../../../conformance/cases/case.ts";
import { startHostile } from "../../../conformance/cases/hostile_server.ts";
import { certificates, client, LOCAL, start, tlsTest, trusting } from "./tls_client.ts";

/** Fits into one TLS record, and is longer than anything else that the server sends. */
const BODY = "whole ".repeat(2000);

/** Relays connections to a server, and can cut one without the server. */
function startCuttable(port: number) {
  let isCutting = false;
  const server = startHostile(async (near) => {
    const far = await Deno.connect({ hostname: LOCAL, port });
    const back = (async () => {
      const buffer = new Uint8Array(65_536);
      for (let count = await far.read(buffer); count !== null; count = await far.read(buffer)) {
        await near.send(buffer.subarray(0, count));
        if (isCutting && count > BODY.length) break; // handshake messages may come late
      }
    })().catch(() => {}).finally(() => near.close());
    for (let text = await near.readSome(); text !== ""; text = await near.readSome()) {
      await far.write(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    }
    far.close();
    await back;
  });
  return {
    port: server.port,
    /** Ends the connection to the client after the next body. */
    cut: () => isCutting = true,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const HALF = `HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n${BODY}`;
const ENDLESS = `HTTP/1.1 200 OK\r\n\r\n${BODY}`;

for (const isSaid of [true, false]) {
  const how = isSaid ? "with" : "without";

  for (const [what, text, expected] of [["half a body", HALF, "truncated"], ["a body", ENDLESS, BODY]] as const) {
    tlsTest(
      `a server that ends ${how} close_notify after ${what}: ${expected === BODY ? "whole" : expected}`,
      async () => {
        let cut = () => true;
        await using server = start(certificates.local, async ({ line }, connection) => {
          if (line.startsWith("GET /first")) return answer("hello");
          if (!isSaid) cut();
          await connection.send(text);
          return !isSaid;
        });
        await using between = startCuttable(server.port);
        cut = between.cut;
        await using test = client(trusting(certificates));
        const url = `https://localhost:${between.port}`;
        assertEquals(await test.ask(`${url}/first`), "hello");
        const outcome = await test.ask(`${url}/second`);
        assertEquals([outcome.split(":")[0], test.seen], [expected, ["node", "openssl"]]);
      },
    );
  }
}
