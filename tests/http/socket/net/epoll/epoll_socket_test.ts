// Sockets on system calls, against real servers on loopback.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import net from "node:net";
import { openEpollSocket } from "../../../../../lib/http/socket/net/epoll/epoll_socket.ts";
import { Payload } from "../../../../../lib/http/socket/net/payload.ts";
import { arrival, latin1 } from "../../../conformance/cases/hostile_server.ts";
import { BULK_BYTES, startServerProcess } from "./server_process.ts";
import { pattern } from "./pattern.ts";
import { openTestSocket, type TestSocket, WHY_NO_EPOLL, within } from "./open.ts";
import { canListen } from "../../../../helpers/servers/can_listen.ts";

const LOCAL = "127.0.0.1";
/** More than the system buffers on both sides of a connection that is not read. */
const LARGE_BYTES = 24_000_000;
const SMALL_PARTS = 200;

function socketTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name}${WHY_NO_EPOLL}`, ignore: WHY_NO_EPOLL !== "", fn });
}

/** Runs a test with both ends of a connection. */
function pairTest(name: string, fn: (test: TestSocket, server: Deno.TcpConn) => Promise<void>): void {
  socketTest(name, async () => {
    using listener = Deno.listen({ hostname: LOCAL, port: 0 });
    await using test = openTestSocket({ host: LOCAL, port: listener.addr.port });
    const server = await listener.accept();
    try {
      await test.connected;
      await fn(test, server);
    } finally {
      try {
        server.close();
      } catch {
        // closed by the test
      }
    }
  });
}

async function send(server: Deno.TcpConn, data: Uint8Array): Promise<void> {
  for (let sent = 0; sent < data.length;) sent += await server.write(data.subarray(sent));
}

/** Reads `limit` bytes, or to the end; yields after every `pauseAfter` bytes. */
async function read(server: Deno.TcpConn, limit: number, pauseAfter = Infinity): Promise<Buffer> {
  const all = Buffer.allocUnsafe(limit);
  let length = 0;
  let nextPause = pauseAfter;
  while (length < limit) {
    const count = await server.read(all.subarray(length));
    if (count === null) break;
    length += count;
    if (length < nextPause) continue;
    nextPause += pauseAfter;
    await arrival();
  }
  return all.subarray(0, length);
}

/** Starts a server that resets each connection after sending some bytes. */
async function startResetting(words: string): Promise<AsyncDisposable & { readonly port: number }> {
  const server = net.createServer((socket) => {
    socket.on("error", () => {}); // of the reset
    socket.write(words, () => socket.resetAndDestroy());
  });
  await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
  return {
    port: (server.address() as net.AddressInfo).port,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

const openFiles = () => [...Deno.readDirSync("/proc/self/fd")].length;

/** Waits until what earlier tests have left is closed: the same number of files, several times in a row. */
async function filesAtRest(): Promise<number> {
  let files = openFiles();
  for (let same = 0; same < 5; same++) {
    await arrival();
    const now = openFiles();
    if (now !== files) [files, same] = [now, 0];
  }
  return files;
}

socketTest("a port without a listener is ECONNREFUSED", async () => {
  const listener = Deno.listen({ hostname: LOCAL, port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using test = openTestSocket({ host: LOCAL, port });
  assertEquals(test.told, [], "no event before the function has returned");
  await test.over;
  assertEquals(test.told, ["ECONNREFUSED"]);
});

socketTest("an unreachable address fails after the function has returned", async () => {
  await using test = openTestSocket({ host: "255.255.255.255", port: 9 });
  assertEquals(test.told, []);
  await test.over;
  assertEquals([test.told.length, /^E[A-Z]+$/.test(test.told[0]!)], [1, true], String(test.told));
});

const WHY_NO_IPV6 = canListen("::1") ? "" : " (skipped: no IPv6 loopback here)";
Deno.test({
  name: `an IPv6 address is connected to${WHY_NO_EPOLL || WHY_NO_IPV6}`,
  ignore: (WHY_NO_EPOLL || WHY_NO_IPV6) !== "",
  fn: async () => {
    using listener = Deno.listen({ hostname: "::1", port: 0 });
    await using test = openTestSocket({ host: "::1", port: listener.addr.port });
    using server = await listener.accept();
    await test.connected;
    test.socket.writePayload(new Payload("hello"));
    assertEquals(latin1(await read(server, 5)), "hello");
  },
});

socketTest("names, unix sockets and addresses with an interface are left to Node", () => {
  const listener = { onBytes() {}, onConnect() {}, onSecure() {}, onEnd() {}, onError() {} };
  const endpoints = [{ host: "localhost", port: 80 }, { path: "/tmp/none.sock" }, { host: "fe80::1%lo", port: 80 }];
  const sockets = endpoints.map((endpoint) => openEpollSocket({ endpoint, security: null }, listener));
  assertEquals(sockets, [null, null, null]);
  return Promise.resolve();
});

pairTest(
  "requests larger than the system's buffers arrive whole and in order at a slow server",
  async (test, server) => {
    const data = pattern(2 * LARGE_BYTES + SMALL_PARTS * 1000);
    const flushed: unknown[] = [];
    test.socket.writePayload(new Payload(latin1(data.subarray(0, LARGE_BYTES))));
    test.socket.writeBytes(data.subarray(LARGE_BYTES, 2 * LARGE_BYTES), (error) => flushed.push(error));
    await arrival();
    assertEquals(flushed, [], "not flushed before it is read");
    const parts: Buffer[] = [];
    for (let at = 2 * LARGE_BYTES; at < data.length; at += 1000) {
      parts.push(await read(server, 50_000)); // makes room, which later writes must not overtake
      test.socket.writePayload(new Payload(latin1(data.subarray(at, at + 1000))));
    }
    parts.push(await within(read(server, data.length - SMALL_PARTS * 50_000, 1_000_000), "read whole"));
    assert(Buffer.concat(parts).equals(data));
    assertEquals([flushed, test.told], [[undefined], ["connect"]]);
  },
);

pairTest("bytes that the system takes at once are flushed at once, and only once", async (test, server) => {
  const flushed: unknown[] = [];
  for (const text of ["a", "", "b"]) test.socket.writeBytes(Buffer.from(text), (error) => flushed.push(error));
  assertEquals(flushed, [undefined, undefined, undefined]);
  assertEquals(latin1(await read(server, 2)), "ab");
  assertEquals(flushed.length, 3);
});

socketTest("an answer that arrives faster than it is read comes whole, then its end", async () => {
  await using server = await startServerProcess();
  await using test = openTestSocket({ host: LOCAL, port: server.bulkPort });
  let received = 0;
  let nextPause = BULK_BYTES / 2; // by then the system buffers several MB
  test.onBytes = (length) => {
    received += length;
    if (received < nextPause) return;
    nextPause += BULK_BYTES / 16;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20); // let them arrive
  };
  await test.over;
  assertEquals(test.told, ["connect", "bytes", "end"]);
  assert(test.bytes().equals(pattern(BULK_BYTES)));
});

pairTest("an answer that arrives together with the end gives the bytes, then the end", async (test, server) => {
  await send(server, Buffer.from("last words"));
  server.close();
  await test.over;
  assertEquals([test.told, latin1(test.bytes())], [["connect", "bytes", "end"], "last words"]);
});

pairTest("the other side may end first and still receive", async (test, server) => {
  await server.closeWrite();
  await test.over;
  assertEquals(test.told, ["connect", "end"]);
});

socketTest("a reset is ECONNRESET, after the bytes before it", async () => {
  // Deno's connections send an end before they reset.
  await using server = await startResetting("before");
  await using test = openTestSocket({ host: LOCAL, port: server.port });
  await test.over;
  assertEquals([test.told, latin1(test.bytes())], [["connect", "bytes", "ECONNRESET"], "before"]);
});

socketTest("a connection that the server never accepted is ECONNRESET when the server closes", async () => {
  const listener = Deno.listen({ hostname: LOCAL, port: 0 });
  await using test = openTestSocket({ host: LOCAL, port: listener.addr.port });
  await test.connected;
  listener.close();
  await test.over;
  assertEquals(test.told, ["connect", "ECONNRESET"]);
});

pairTest("a failed write is only reported by the reading side, after the bytes before it", async (test, server) => {
  await send(server, Buffer.from("before"));
  test.socket.writePayload(new Payload("never read"));
  server.close();
  const before = [...test.told];
  const flushed: unknown[] = [];
  test.socket.writePayload(new Payload("fails"));
  test.socket.writeBytes(Buffer.from("fails"), (error) => flushed.push(error instanceof Error));
  assertEquals(test.told, before);
  await test.over;
  assertEquals([flushed, latin1(test.bytes()), test.told.length], [[true], "before", 3]);
  assert(["end", "ECONNRESET"].includes(test.told[2]!), String(test.told));
});

pairTest("pending writes fail when the server goes away", async (test, server) => {
  const flushed: unknown[] = [];
  test.socket.writeBytes(pattern(LARGE_BYTES), (error) => flushed.push(error instanceof Error));
  server.close();
  await test.over;
  assertEquals(test.told.length, 2);
  assertEquals(flushed.filter((isError) => !isError), []);
});

pairTest("destroy() inside onBytes stops everything and closes the file", async (test, server) => {
  let calls = 0;
  const flushed: unknown[] = [];
  test.onBytes = () => {
    calls++;
    test.socket.destroy();
    test.socket.destroy();
  };
  test.socket.writeBytes(pattern(LARGE_BYTES), (error) => flushed.push(error)); // the rest of it is dropped
  const before = await filesAtRest();
  await send(server, pattern(300_000)).catch(() => {}); // reset if the other side closes before it has read everything
  while (openFiles() === before) await arrival();
  server.close();
  await arrival();
  assertEquals([calls, test.told, flushed, openFiles() - before], [1, ["connect", "bytes"], [], -2]);
});

pairTest("destroy() before the first event suppresses all events", async (test, server) => {
  await send(server, Buffer.from("unheard"));
  const told = [...test.told];
  test.socket.destroy();
  server.close();
  await arrival();
  assertEquals(test.told, told);
});

pairTest("a new listener receives the events from then on", async (test, server) => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const nothing = () => {};
  test.socket.listener = {
    onConnect: nothing,
    onSecure: nothing,
    onError: nothing,
    onEnd: nothing,
    onBytes: (bytes, length) => resolve(latin1(bytes.subarray(0, length))),
  };
  await send(server, Buffer.from("for the new one"));
  assertEquals([await within(promise, "told"), test.told], ["for the new one", ["connect"]]);
});
