import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  Listener,
  MAX_CONNECTIONS,
  MAX_HEAD_BYTES,
  plainAnswer,
  type ScrapeRequest,
} from "../../../lib/telemetry/prometheus/listener.ts";

/** A listener that keeps the requests which it was asked to answer. */
function listen(timeoutMs = 5000) {
  const requests: ScrapeRequest[] = [];
  const answer = (request: ScrapeRequest) => {
    requests.push(request);
    return plainAnswer(200, "figures");
  };
  const listener = new Listener({ host: "127.0.0.1", port: 0 }, answer, timeoutMs);
  return { requests, listener, port: listener.port, [Symbol.asyncDispose]: () => listener.close() };
}

const connect = (port: number) => Deno.connect({ hostname: "127.0.0.1", port });

/** Returns all that comes back; `cut off` if the connection is reset. */
async function exchange(port: number, text: string): Promise<string> {
  const connection = await connect(port);
  try {
    await connection.write(new TextEncoder().encode(text));
    return await new Response(connection.readable).text();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return "cut off";
    throw error;
  }
}

Deno.test("Listener answers one request a connection", async () => {
  await using served = listen();
  const answer = await exchange(served.port, "GET /metrics?x=1 HTTP/1.1\r\nHost: a\r\nAccept: b\r\nACCEPT: c\r\n\r\n");
  assertMatch(answer, /^HTTP\/1\.1 200 OK\r\n/);
  assertStringIncludes(answer, "\r\ncontent-length: 8\r\n");
  assertStringIncludes(answer, "\r\nconnection: close\r\n");
  assertMatch(answer, /\r\n\r\nfigures\n$/);
  const [{ method, path, headers, client }] = served.requests as [ScrapeRequest];
  assertEquals([method, path, headers.get("accept"), client], ["GET", "/metrics", "b, c", "127.0.0.1"]);
});

Deno.test("Listener answers HEAD without a body", async () => {
  await using served = listen();
  const answer = await exchange(served.port, "HEAD / HTTP/1.1\r\n\r\n");
  assertStringIncludes(answer, "content-length: 8\r\n");
  assertMatch(answer, /\r\n\r\n$/);
});

Deno.test("Listener refuses what it cannot read, and answers nothing for it", async () => {
  await using served = listen();
  for (
    const head of ["nonsense", "GET metrics HTTP/1.1", "GET / HTTP/2", "GET / HTTP/1.1\r\n folded: x", "GET /\0 x y z"]
  ) {
    assertMatch(await exchange(served.port, `${head}\r\n\r\n`), /^HTTP\/1\.1 400 /, head);
  }
  const large = await exchange(served.port, `GET / HTTP/1.1\r\na: ${"x".repeat(MAX_HEAD_BYTES)}`);
  assertMatch(large, /^HTTP\/1\.1 400 /);
  assertEquals(served.requests, []);
});

Deno.test("Listener answers a request with a body, which it does not read", async () => {
  await using served = listen();
  const answer = await exchange(served.port, `POST / HTTP/1.1\r\nContent-Length: 50000\r\n\r\n${"x".repeat(50_000)}`);
  assertMatch(answer, /^HTTP\/1\.1 200 /);
});

Deno.test("Listener closes a connection that sends no request in time", async () => {
  await using served = listen(50);
  assertEquals(await exchange(served.port, "GET / HTTP/1.1\r\n"), "");
});

Deno.test("Listener has a limit on connections, and goes on once some have ended", async () => {
  await using served = listen();
  const idle = [];
  for (let count = 0; count < MAX_CONNECTIONS; count++) idle.push(await connect(served.port));
  const further = await connect(served.port);
  assertEquals(await further.read(new Uint8Array(1)).catch(() => null), null);
  further.close();
  idle.forEach((connection) => connection.close());
  let answer = "";
  while (!answer.startsWith("HTTP/1.1 200")) answer = await exchange(served.port, "GET / HTTP/1.1\r\n\r\n");
});

Deno.test("Listener goes on after a connection that could not be accepted, as where no file can be opened", async () => {
  const { listen: listenOf } = Deno;
  let attempts = 0;
  Deno.listen = ((options: Deno.TcpListenOptions) => {
    const listener = listenOf(options);
    const { accept } = listener;
    listener.accept = () => attempts++ === 0 ? Promise.reject(new Error("Too many open files")) : accept.call(listener);
    return listener;
  }) as typeof Deno.listen;
  try {
    await using served = listen();
    assertMatch(await exchange(served.port, "GET / HTTP/1.1\r\n\r\n"), /^HTTP\/1\.1 200 /);
    assert(attempts > 1);
  } finally {
    Deno.listen = listenOf;
  }
});
