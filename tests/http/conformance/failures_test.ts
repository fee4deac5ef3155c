// Requests without an answer: failed connections, timeouts, and requests ended early.

import { Buffer } from "node:buffer";
import { type AddressInfo, createServer } from "node:net";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { TransportError } from "../../../lib/http/transport.ts";
import { errorsOf, rowsOf, testClient } from "../../helpers/http/client.ts";
import { frame, headers, settings } from "../socket/h2/peer.ts";
import { answer } from "./cases/case.ts";
import { arrival, type HostileServer, startHostile } from "./cases/hostile_server.ts";
import { startRecording } from "./seen_request.ts";
import { type Outcome, plain, testTransport, wireRequest } from "./send.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";

const HELLO = answer("hello");
/** Too long for a name: the resolver rejects it without a query, with or without a network. */
const NO_NAME = `${"x".repeat(64)}.invalid`;

/** Returns kind and message of a failure, after checking that the message contains no port or address. */
function failureOf(outcome: Outcome): string {
  assert(outcome instanceof TransportError, JSON.stringify(plain(outcome)));
  assert(!/\d{2,}|127|::/.test(outcome.message), outcome.message);
  return `${outcome.kind}: ${outcome.message}`;
}

/** Returns a loopback port without a listener. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** A listener with a full backlog: the next connection waits for ever. */
async function fullListener(): Promise<{ readonly port: number } & Disposable> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
  const { port } = listener.addr;
  const taken = [await Deno.connect({ port }), await Deno.connect({ port })];
  return {
    port,
    [Symbol.dispose]() {
      for (const connection of taken) connection.close();
      listener.close();
    },
  };
}

/** Sends nothing, or a part of an answer, and waits until the client has closed. */
function startSilent(part: string): HostileServer & { readonly asked: Promise<void> } {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = startHostile(async (connection) => {
    await connection.readUntil("\r\n\r\n");
    await connection.send(part);
    resolve();
    await connection.drain();
  });
  return Object.assign(server, { asked });
}

/**
 * Sends a part of an answer and resets the connection, which requires a Node socket: once the test calls `reset()` if it
 * can tell when the part has been read, else soon after.
 */
async function startResetting(
  part: string,
  isReset: "soon" | "by the test",
): Promise<{ readonly port: number; connections(): number; reset(): void } & AsyncDisposable> {
  let connections = 0;
  let reset = () => {};
  const server = createServer((socket) => {
    connections++;
    reset = () => void socket.resetAndDestroy();
    socket.once("data", () => {
      if (part !== "") socket.write(part, "latin1");
      if (isReset === "soon") setTimeout(reset, 5);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    reset: () => reset(),
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const PARTS: readonly (readonly [when: string, part: string])[] = [
  ["before the answer", ""],
  ["in the middle of the head", HELLO.slice(0, 20)],
  ["in the middle of the body", HELLO.slice(0, -2)],
  ["in the middle of a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhe"],
];

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  const isSocket = transport !== "fetch";
  const isHttp2 = transport.startsWith("socket 2");
  const parts = isHttp2 ? PARTS.slice(0, 1) : PARTS; // the others are HTTP/1.1

  Deno.test(`${transport}: a port without a listener is refused`, async () => {
    await using test = testTransport(transport);
    assertEquals(failureOf(await test.send(wireRequest(freePort()))), "refused: connection refused");
    assertEquals(test.seen, { connected: 0, repeats: 0 });
  });

  Deno.test(`${transport}: an impossible name is dns`, async () => {
    await using test = testTransport(transport);
    const outcome = await test.send({ ...wireRequest(1), url: new URL(`http://${NO_NAME}:8080/`) });
    // differs: fetch does not name the host
    assertEquals(failureOf(outcome), isSocket ? `dns: host not found: ${NO_NAME}` : "dns: host not found");
  });

  for (const [when, part] of parts) {
    // differs: fetch does not report how a body broke off
    const kind = isSocket || !part.includes("\r\n\r\n") ? "reset" : "truncated";
    Deno.test(`${transport}: a connection reset ${when} is ${kind}`, async () => {
      // fetch reports a reset without the head if both arrive before it is asked: wait until it has reported the head.
      await using server = await startResetting(part, kind === "reset" ? "soon" : "by the test");
      await using test = testTransport(transport);
      const text = kind === "reset" ? "connection reset" : "connection closed before the answer was complete";
      const parts = { onHead: () => server.reset(), onPart() {} };
      const outcome = await test.send(wireRequest(server.port), kind === "reset" ? undefined : parts);
      assertEquals(failureOf(outcome), `${kind}: ${text}`);
      assertEquals(server.connections(), 1);
    });
  }

  for (const [when, part] of parts) {
    Deno.test(`${transport}: the timeout ends a request ${when}${isHttp2 ? "" : ", and its connection"}`, async () => {
      await using server = startSilent(part);
      await using test = testClient(`http://127.0.0.1:${server.port}`, { transport, timeout: "100ms" });
      for (let round = 0; round < 2; round++) {
        const error = await assertRejects(() => test.client.get("/x"), RequestError);
        assertEquals([error.kind, error.message], ["timeout", "timeout after 100ms"]);
      }
      assertEquals([server.connections, rowsOf(test.summary())], [isHttp2 ? 1 : 2, ["GET /x 2/2"]]);
      assertEquals(errorsOf(test.summary()), ["2 timeout after 100ms"]);
    });

    Deno.test(`${transport}: the script's signal ends a request ${when}`, async () => {
      await using server = startSilent(part);
      await using test = testClient(`http://127.0.0.1:${server.port}`, { transport });
      const error = await assertRejects(() => test.client.get("/", { signal: AbortSignal.timeout(30) }), RequestError);
      assertEquals([error.kind, error.message], ["aborted", "aborted by the script's signal"]);
    });

    Deno.test(`${transport}: the end of the run interrupts a request ${when}, which is not a failure`, async () => {
      await using server = startSilent(part);
      const test = testClient(`http://127.0.0.1:${server.port}`, { transport });
      const pending = assertRejects(() => test.client.get("/"), RequestError);
      await server.asked;
      await test[Symbol.asyncDispose]();
      assertEquals((await pending).kind, "interrupted");
      assertEquals([rowsOf(test.summary()), test.summary().interruptedRequests], [[], 1]);
    });
  }

  Deno.test(`${transport}: the timeout ends an answer that never ends`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("\r\n\r\n");
      const ok = headers(1, [[":status", "200"]]);
      await connection.send(isHttp2 ? Buffer.concat([settings(), ok]) : "HTTP/1.1 200 OK\r\n\r\n");
      while (true) {
        await connection.send(isHttp2 ? frame(0, 0, 1, ".") : ".");
        await arrival();
      }
    });
    await using test = testClient(`http://127.0.0.1:${server.port}`, { transport, timeout: "50ms" });
    assertEquals((await assertRejects(() => test.client.get("/"), RequestError)).kind, "timeout");
  });

  Deno.test(`${transport}: the timeout includes all redirects of a request`, async () => {
    await using server = startRecording(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return answer("").replace("200 OK", "302 Found\r\nlocation: /again");
    });
    await using test = testClient(server.url, { transport, timeout: "50ms", maxRedirects: 1000 });
    const error = await assertRejects(() => test.client.get("/"), RequestError);
    assertEquals([error.kind, error.message], ["timeout", "timeout after 50ms"]);
    assert(server.requests.length <= 4, `${server.requests.length} requests`);
  });

  Deno.test(`${transport}: the timeout ends a connect that hangs`, async () => {
    using listener = await fullListener();
    await using test = testClient(`http://127.0.0.1:${listener.port}`, { transport, timeout: "30ms" });
    const error = await assertRejects(() => test.client.get("/"), RequestError);
    assertEquals([error.kind, error.message], ["timeout", "timeout after 30ms"]);
  });

  Deno.test(`${transport}: the end of the run interrupts a connect that hangs`, async () => {
    using listener = await fullListener();
    const test = testTransport(transport);
    const sending = test.send(wireRequest(listener.port));
    await arrival();
    const closing = test[Symbol.asyncDispose]();
    assertEquals(failureOf(await sending), "interrupted: interrupted by the end of the run");
    await closing;
  });

  Deno.test(`${transport}: nothing is sent if the signal has already fired`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    const error = await assertRejects(() => test.client.get("/", { signal: AbortSignal.abort() }), RequestError);
    assertEquals([error.kind, server.requests.length], ["aborted", 0]);
  });

  Deno.test(`${transport}: abort() ends an upload`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("\r\n\r\n");
      await new Promise((resolve) => setTimeout(resolve, 50));
      await connection.drain();
    });
    await using test = testTransport(transport);
    const sending = test.send(wireRequest(server.port, { method: "POST", body: new Uint8Array(64 * 2 ** 20) }));
    for (let turns = 0; turns < 5; turns++) await arrival();
    sending.exchange.abort(new TransportError("aborted", "enough"));
    assertEquals(failureOf(await sending), "aborted: enough");
  });

  Deno.test(`${transport}: abort() after the answer does nothing`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport);
    const sending = test.send(wireRequest(server.port));
    assertEquals(plain(await sending)["body"], "hello");
    sending.exchange.abort(new TransportError("aborted", "late"));
    assertEquals(plain(await test.send(wireRequest(server.port)))["body"], "hello");
    assertEquals(server.connections, 1);
  });

  Deno.test(`${transport}: nothing is sent after close()`, async () => {
    await using server = startRecording();
    const test = testTransport(transport);
    await test[Symbol.asyncDispose]();
    const outcome = await test.send(wireRequest(server.port));
    assert(outcome instanceof TransportError);
    assertEquals([outcome.kind, server.requests.length], ["interrupted", 0]);
  });
}

// fetch only has a timeout for the whole request: hyper's connect has none of its own.
Deno.test("socket: connectTimeoutMs ends a connect that hangs, and the queue continues", async () => {
  using listener = await fullListener();
  await using server = startRecording();
  await using test = testTransport("socket", { connectTimeoutMs: 30 });
  assertEquals(failureOf(await test.send(wireRequest(listener.port))), "timeout: connect timeout");
  assertEquals(plain(await test.send(wireRequest(server.port)))["body"], "hello");
});

for (const connectTimeout of [0, "1000h"]) {
  Deno.test(`socket: a connectTimeout of ${connectTimeout} never ends a connect here`, async () => {
    using listener = await fullListener();
    await using test = testClient(`http://127.0.0.1:${listener.port}`, { connectTimeout, timeout: "100ms" });
    const error = await assertRejects(() => test.client.get("/"), RequestError);
    assertEquals(error.message, "timeout after 100ms");
  });
}

Deno.test("socket: connectTimeoutMs does not limit the answer", async () => {
  await using server = startRecording(async () => {
    await new Promise((resolve) => setTimeout(resolve, 60));
    return HELLO;
  });
  await using test = testTransport("socket", { connectTimeoutMs: 30 });
  assertEquals(plain(await test.send(wireRequest(server.port)))["body"], "hello");
});

for (
  const [what, bytes] of [["an alert", "\x15\x03\x01\x00\x02\x02\x28"], ["the first byte of one", "\x15"]] as const
) {
  Deno.test(`socket: ${what} of TLS instead of an answer suggests https`, async () => {
    await using server = startSilent(bytes);
    await using test = testTransport("socket");
    const failure = failureOf(await test.send(wireRequest(server.port)));
    assertEquals(failure, "protocol: not an HTTP answer, but a TLS alert: expected https://");
  });
}

Deno.test("socket: a server that sends first is not an HTTP server", async () => {
  await using server = startHostile(async (connection) => {
    await connection.send("220 mail.example ESMTP\r\n");
    await connection.drain();
  });
  await using test = testTransport("socket");
  const outcome = await test.send(wireRequest(server.port));
  assert(outcome instanceof TransportError);
  assertEquals(outcome.kind, "protocol");
});
