// TLS with our own certificates: what a transport sends about itself, and how encrypted connections end.

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { createTransport } from "../../../../lib/http/transports.ts";
import { TransportError } from "../../../../lib/http/transport.ts";
import { answer } from "../cases/case.ts";
import { arrival, startHostile } from "../cases/hostile_server.ts";
import { headerOf } from "../seen_request.ts";
import { testTransport } from "../send.ts";
import { startOpenSsl } from "../../../helpers/servers/openssl_server.ts";
import { startRelay } from "../../../helpers/servers/relay.ts";
import { TESTED } from "../../../helpers/http/tested_transports.ts";
import { certificates, outcomeOf, secure, startTls, tlsTest } from "./tls.ts";

const trusting = () => ({ caCerts: [certificates.ca] });

for (const transport of TESTED) {
  const isSocket = transport !== "fetch";

  tlsTest(`${transport}: a plain server asked for https is tls`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("\x01");
      await connection.send("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    });
    await using test = testTransport(transport);
    const outcome = outcomeOf(await test.send(secure(server.port)));
    assertEquals(outcome, "tls: TLS: not a TLS server");
  });

  tlsTest(`${transport}: a server that closes in the handshake is tls`, async () => {
    await using server = startHostile(async (connection) => void await connection.readUntil("\x01"));
    await using test = testTransport(transport);
    const outcome = outcomeOf(await test.send(secure(server.port)));
    const expected = `tls: TLS: ${isSocket ? "connection closed during the handshake" : "handshake failed"}`;
    assertEquals(outcome, expected);
  });

  tlsTest(`${transport}: the name of the URL is sent as server name, an address is not`, async () => {
    const hellos: string[] = [];
    await using server = startHostile(async (connection) => {
      hellos.push(await connection.readSome());
    });
    await using test = testTransport(transport);
    await test.send(secure(server.port, "localhost"));
    await test.send(secure(server.port, "127.0.0.1"));
    assertEquals(hellos.map((hello) => [hello.includes("localhost"), hello.includes("127.0.0.1")]), [
      [true, false],
      [false, false],
    ]);
  });

  tlsTest(`${transport}: large bodies are sent and received encrypted`, async () => {
    const big = "0123456789abcdef".repeat(65_536);
    await using server = startTls(certificates.local, ({ body }) => answer(body));
    await using test = testTransport(transport, trusting());
    const request = { ...secure(server.port), method: "POST", body: new TextEncoder().encode(big) };
    assert(outcomeOf(await test.send(request)) === big);
    await arrival(); // hyper needs a turn to see that a connection is idle
    assert(outcomeOf(await test.send(request)) === big);
    assertEquals(server.connections, 1);
  });

  tlsTest(`${transport}: an encrypted connection ended while idle is replaced`, async () => {
    await using server = startTls(certificates.local, async (_, connection) => {
      await connection.send(answer("hello"));
      return false;
    });
    await using test = testTransport(transport, trusting());
    for (let round = 0; round < 3; round++) {
      assertEquals(outcomeOf(await test.send(secure(server.port))), "hello");
      for (let turns = 0; turns < 5; turns++) await arrival();
    }
    assertEquals([server.requests.length, server.connections, test.seen.repeats], [3, 3, 0]);
  });

  tlsTest(`${transport}: an encrypted answer that ends early is truncated`, async () => {
    await using server = startTls(certificates.local, async (_, connection) => {
      await connection.send(answer("hello").slice(0, -2));
      return false;
    });
    await using test = testTransport(transport, trusting());
    const expected = "truncated: connection closed before the answer was complete";
    assertEquals(outcomeOf(await test.send(secure(server.port))), expected);
  });

  tlsTest(`${transport}: an idle connection cut without close_notify is not a failed handshake`, async () => {
    await using server = startTls(certificates.local);
    await using relay = startRelay(server.port);
    await using test = testTransport(transport, trusting());
    for (let round = 0; round < 3; round++) {
      assertEquals(outcomeOf(await test.send(secure(relay.port))), "hello");
      await relay.cut();
      for (let turns = 0; turns < 5; turns++) await arrival();
    }
    assertEquals([server.requests.length, relay.connections], [3, 3]);
  });

  tlsTest(
    `${transport}: a kept-alive connection cut without close_notify instead of an answer is not a failed handshake`,
    async () => {
      await using server = startTls(certificates.local, async ({ line }) => {
        if (line.startsWith("GET")) return answer("hello");
        await relay.cut();
        return false;
      });
      await using relay = startRelay(server.port);
      await using test = testTransport(transport, trusting());
      assertEquals(outcomeOf(await test.send(secure(relay.port))), "hello");
      const post = { ...secure(relay.port), method: "POST", body: new Uint8Array([1, 2, 3]) };
      assertMatch(outcomeOf(await test.send(post)), /^(truncated|reset): connection (closed|reset)/);
    },
  );

  tlsTest(`${transport}: an answer cut without close_notify is truncated, not a failed handshake`, async () => {
    await using server = startTls(certificates.local, async (_, connection) => {
      await connection.send(answer("x".repeat(100_000)).slice(0, 50_000));
      while (relay.bytesBack < 50_000) await arrival();
      await relay.cut();
      return false;
    });
    await using relay = startRelay(server.port);
    await using test = testTransport(transport, trusting());
    const expected = "truncated: connection closed before the answer was complete";
    assertEquals(outcomeOf(await test.send(secure(relay.port))), expected);
  });

  tlsTest(`${transport}: a server that wants a client's certificate gets it`, async () => {
    await using server = await startOpenSsl(certificates, "-Verify", "1", "-verify_return_error");
    const { cert, key } = certificates.client;
    await using test = testTransport(transport, { ...trusting(), cert, key });
    assertStringIncludes(outcomeOf(await test.send(secure(server.port))), "locust test client");
  });

  tlsTest(`${transport}: a server that wants a client's certificate and gets none is tls`, async () => {
    await using server = await startOpenSsl(certificates, "-Verify", "1", "-verify_return_error");
    await using test = testTransport(transport, trusting());
    const outcome = outcomeOf(await test.send(secure(server.port)));
    assertEquals(outcome, "tls: TLS: the server wants a client certificate");
  });
}

tlsTest("socket: the first request of a connection has its phases", async () => {
  await using server = startTls(certificates.local);
  await using test = testTransport("socket", trusting());
  const first = await test.send(secure(server.port, "127.0.0.1"));
  const second = await test.send(secure(server.port, "127.0.0.1"));
  assert(!(first instanceof TransportError) && !(second instanceof TransportError));
  assert(first.connectPhases!.tlsMs > 0 && first.connectPhases!.connectMs > 0);
  assertEquals([first.connectPhases!.dnsMs, second.connectPhases], [0, null]);
});

tlsTest("socket: connectTo does not change server name and host header", async () => {
  await using server = startTls(certificates.other);
  await using test = testTransport("socket", { ...trusting(), connectTo: `127.0.0.1:${server.port}` });
  assertEquals(outcomeOf(await test.send(secure(443, "other.test"))), "hello");
  assertEquals(headerOf(server.requests[0]!, "host"), "other.test");
  const expected = "tls: TLS: certificate is for another name";
  assertEquals(outcomeOf(await test.send(secure(443, "another.test"))), expected);
});

tlsTest("socket: a failure of an HTTP/2-only server suggests --http 2", async () => {
  await using server = startTls(certificates.local, undefined, ["h2"]);
  await using test = testTransport("socket", { ...trusting(), http: "1.1" });
  const expected = "unsupported: the server does not support HTTP/1.1: use --http 2";
  assertEquals(outcomeOf(await test.send(secure(server.port))), expected);
});

Deno.test("fetch: insecure is refused", () => {
  assertThrows(() => createTransport("fetch", { insecure: true }, null), TypeError, "expected the socket transport");
});
