// Which TLS sessions are resumed, according to openssl's server and the transport.

import { assertEquals } from "@std/assert";
import { atRest } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import type { Transport, TransportError, TransportOptions } from "../../../../../lib/http/transport.ts";
import { createTransport } from "../../../../../lib/http/transports.ts";
import { startOpenSsl, startOpenSslAt } from "../../../../helpers/servers/openssl_server.ts";
import { latin1 } from "../../../conformance/cases/hostile_server.ts";
import { certificates, tlsTest } from "./tls_client.ts";

/** A user with a new connection for each request. */
function user(options: TransportOptions) {
  const seen: (string | null)[] = [];
  const transport: Transport = createTransport("socket", options, {
    onConnected: ({ handshake }) => seen.push(handshake),
  });
  return {
    /** The kind of each handshake, as the transport reports it. */
    seen,
    /** Returns the server's view of its connection, `New` or `Reused`, or the message of a failure. */
    ask: (port: number) =>
      new Promise<string>((resolve) => {
        transport.send({ method: "GET", url: new URL(`https://localhost:${port}/`), headers: [], body: null }, {
          onStart() {},
          onSent() {},
          onResponse: ({ body }) => resolve(/^(New|Reused),/m.exec(latin1(body))?.[1] ?? "nothing"),
          onError: (error: TransportError) => resolve(error.message),
        });
      }),
    [Symbol.asyncDispose]() {
      transport.close();
      return atRest();
    },
  };
}

const trusting = (options: TransportOptions = {}) => ({ keepAlive: false, caCerts: [certificates.ca], ...options });

for (const version of ["-tls1_2", "-tls1_3"]) {
  tlsTest(`a user that connects again resumes its own session only (${version})`, async () => {
    await using server = await startOpenSsl(certificates, version);
    const options = trusting();
    await using first = user(options);
    const said = [];
    for (let round = 0; round < 5; round++) said.push(await first.ask(server.port));
    // The first connection is Node's, which checks the server and whose session OpenSSL cannot resume.
    assertEquals(said, ["New", "New", "Reused", "Reused", "Reused"]);
    await using second = user(options);
    const others = [];
    for (let round = 0; round < 3; round++) others.push(await second.ask(server.port));
    assertEquals(others, ["New", "Reused", "Reused"]);
    assertEquals(first.seen, ["full", "full", "resumed", "resumed", "resumed"]);
    assertEquals(second.seen, ["full", "resumed", "resumed"]);
  });
}

tlsTest("tlsResume: false resumes nothing, and insecure connections resume sessions", async () => {
  await using server = await startOpenSsl(certificates);
  await using never = user({ keepAlive: false, insecure: true, tlsResume: false });
  await using insecure = user({ keepAlive: false, insecure: true });
  for (let round = 0; round < 3; round++) {
    assertEquals(await never.ask(server.port), "New");
    assertEquals(await insecure.ask(server.port), round === 0 ? "New" : "Reused");
  }
  assertEquals([never.seen, insecure.seen], [["full", "full", "full"], ["full", "resumed", "resumed"]]);
});

tlsTest("a second connection beside an open one resumes its session", async () => {
  await using server = await startOpenSsl(certificates);
  await using test = user({ keepAlive: false, insecure: true });
  await test.ask(server.port);
  await Promise.all(Array.from({ length: 4 }, () => test.ask(server.port)));
  const counts = Object.groupBy(test.seen, (one) => one ?? "none");
  assertEquals(test.seen.length, 5);
  assertEquals((counts["resumed"]?.length ?? 0) >= 1, true);
});

tlsTest("a server that has forgotten a session gets a full handshake", async () => {
  await using test = user({ keepAlive: false, insecure: true });
  const first = await startOpenSsl(certificates);
  assertEquals([await test.ask(first.port), await test.ask(first.port)], ["New", "Reused"]);
  await first[Symbol.asyncDispose]();
  const second = await startOpenSslAt(`127.0.0.1:${first.port}`, certificates);
  assertEquals([await test.ask(second.port), await test.ask(second.port)], ["New", "Reused"]);
  await second[Symbol.asyncDispose]();
});
