// The version of HTTP on an encrypted connection, by option and server.

import { assert, assertEquals } from "@std/assert";
import { type HttpVersion, TransportError, type TransportOptions } from "../../../../lib/http/transport.ts";
import { answer } from "../../conformance/cases/case.ts";
import { certificates, outcomeOf, secure, startTls, tlsTest } from "../../conformance/tls/tls.ts";
import { type Outcome, type TestTransport, testTransport, wireRequest } from "../../conformance/send.ts";
import { startHostile } from "../../conformance/cases/hostile_server.ts";
import { answerAll, Peer } from "./peer.ts";

interface AlpnCase {
  readonly http: HttpVersion;
  /** The server's protocols, preferred ones first; empty for a server without ALPN. */
  readonly server: readonly ("h2" | "http/1.1")[];
  /** The version used, or kind and message of the failure. */
  readonly expected: "2" | "1.1" | string;
}

const NO_HTTP2 = "protocol: the server does not support HTTP/2";
const CASES: readonly AlpnCase[] = [
  { http: "auto", server: ["h2", "http/1.1"], expected: "2" },
  { http: "auto", server: ["h2"], expected: "2" },
  { http: "auto", server: ["http/1.1"], expected: "1.1" },
  { http: "auto", server: [], expected: "1.1" },
  { http: "2", server: ["h2", "http/1.1"], expected: "2" },
  { http: "2", server: ["http/1.1"], expected: NO_HTTP2 },
  { http: "2", server: [], expected: NO_HTTP2 },
  { http: "1.1", server: ["h2", "http/1.1"], expected: "1.1" },
  { http: "1.1", server: ["h2"], expected: "unsupported: the server does not support HTTP/1.1: use --http 2" },
];

/** Starts a server that uses the first protocol that both sides support. */
function start(alpnProtocols: readonly string[]) {
  const { cert, key } = certificates.local;
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key, alpnProtocols: [...alpnProtocols] });
  return startHostile(async (connection) => {
    const first = await connection.readUntil("\r\n\r\n");
    if (!first.startsWith("PRI ")) {
      do await connection.send(answer("hello")); while (await connection.readRequest() !== null);
      return;
    }
    const peer = new Peer(connection, first);
    await peer.start();
    await answerAll(peer);
  }, listener);
}

function versionOf(outcome: Outcome): string {
  if (outcome instanceof TransportError) return outcomeOf(outcome);
  assertEquals(outcomeOf(outcome), "hello");
  return outcome.statusText === "" ? "2" : "1.1";
}

async function sendTen(test: TestTransport, port: number): Promise<string[]> {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => test.send(secure(port))));
  return outcomes.map(versionOf);
}

for (const transport of ["socket", "socket over Node"] as const) {
  for (const { http, server: protocols, expected } of CASES) {
    const speaks = protocols.length === 0 ? "says nothing" : `speaks ${protocols.join(" and ")}`;
    tlsTest(`${transport}: http ${http}, server ${speaks}: ${expected}`, async () => {
      await using server = start(protocols);
      const options: TransportOptions = { caCerts: [certificates.ca], http };
      // The first user's connections use Node, which checks the server; the second user's use OpenSSL.
      for (let user = 0; user < 2; user++) {
        await using test = testTransport(transport, options);
        for (let round = 0; round < 2; round++) {
          assertEquals(await sendTen(test, server.port), Array(10).fill(expected), `user ${user}, round ${round}`);
        }
        if (expected === "2") assertEquals(test.seen, { connected: 1, repeats: 0 });
        if (expected === "1.1") assertEquals(test.seen, { connected: 10, repeats: 0 });
      }
    });
  }

  tlsTest(`${transport}: a request that falls back to HTTP/1.1 can still be aborted`, async () => {
    const { promise: hasCome, resolve: come } = Promise.withResolvers<void>();
    await using server = startTls(certificates.local, async (_request, connection) => {
      come();
      await connection.readSome();
      return false;
    });
    await using test = testTransport(transport, { caCerts: [certificates.ca], http: "auto" });
    const outcome = test.send(secure(server.port));
    await hasCome;
    outcome.exchange.abort(new TransportError("aborted", "by the test"));
    assertEquals(outcomeOf(await outcome), "aborted: by the test");
  });

  Deno.test(`${transport}: http auto over plain text is HTTP/1.1`, async () => {
    await using server = startHostile(async (connection) => {
      while (await connection.readRequest() !== null) await connection.send(answer("hello"));
    });
    await using test = testTransport(transport, { http: "auto" });
    for (let count = 0; count < 3; count++) {
      assertEquals(versionOf(await test.send(wireRequest(server.port))), "1.1");
    }
    assertEquals(test.seen.connected, 1);
  });
}

tlsTest("a request that falls back to HTTP/1.1 is started once", async () => {
  await using server = startTls(certificates.local);
  await using test = testTransport("socket", { caCerts: [certificates.ca], http: "auto" });
  const calls: string[] = [];
  await new Promise<void>((resolve) => {
    test.transport.send(secure(server.port), {
      onStart: () => calls.push("start"),
      onSent: () => calls.push("sent"),
      onResponse: ({ connectPhases }) => {
        assert(connectPhases !== null);
        resolve();
      },
      onError: (error) => {
        calls.push(error.message);
        resolve();
      },
    });
  });
  assertEquals(calls, ["start", "sent"]);
});
