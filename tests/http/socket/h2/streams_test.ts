// Requests as streams of one connection, and answers to them.

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import type { HeaderLine } from "../../../../lib/http/socket/h2/hpack/static_table.ts";
import { plain, testTransport, wireRequest } from "../../conformance/send.ts";
import { TESTED_HTTP2 } from "../../../helpers/http/tested_transports.ts";
import { answer, answerAll, frame, headers, settings, startPeer } from "./peer.ts";

const HELLO = { status: 200, statusText: "", body: "hello" };
const OK: HeaderLine = [":status", "200"];

for (const transport of TESTED_HTTP2) {
  Deno.test(`${transport}: a connection starts with preface, settings and window, then the request`, async () => {
    const seen: unknown[] = [];
    await using server = startPeer(async (peer) => {
      await peer.start();
      const request = await peer.readRequest();
      seen.push(peer.passed.map(({ type, id, payload }) => [type, id, payload.toString("hex")]));
      seen.push(request!.lines, request!.endsStream);
      await peer.send(answer(1));
      await peer.readFrame();
    });
    await using test = testTransport(transport);
    const url = new URL(`http://user:pass@127.0.0.1:${server.port}/a/b?c=d`);
    const request = wireRequest(0, {
      url,
      headers: [
        ["X-Test", " 1 "],
        ["Connection", "close"],
        ["Keep-Alive", "5"],
        ["TE", "gzip"],
        ["Cookie", "a=1; b=2;c=3"],
      ],
    });
    assertEquals(plain(await test.send(request)), HELLO);
    assertEquals(seen, [
      [
        [4, 0, "000200000000000401000000000600010000"],
        [8, 0, "0fff0001"],
      ],
      [
        [":method", "GET"],
        [":scheme", "http"],
        [":authority", `127.0.0.1:${server.port}`],
        [":path", "/a/b?c=d"],
        ["authorization", "Basic dXNlcjpwYXNz"],
        ["x-test", "1"],
        ["cookie", "a=1"],
        ["cookie", "b=2"],
        ["cookie", "c=3"],
      ],
      true,
    ]);
  });

  Deno.test(`${transport}: requests one after the other share a connection, and their header lines shrink`, async () => {
    const seen: (readonly [id: number, bytes: number])[] = [];
    await using server = startPeer(async (peer) => {
      await peer.start();
      for (let one = await peer.readRequest(); one !== null; one = await peer.readRequest()) {
        seen.push([one.id, one.blockBytes]);
        await peer.send(answer(one.id));
      }
    });
    await using test = testTransport(transport);
    const request = wireRequest(server.port, { headers: [["x-long", "a value of some length"]] });
    for (let count = 0; count < 3; count++) assertEquals(plain(await test.send(request)), HELLO);
    assertEquals(test.seen, { connected: 1, repeats: 0 });
    assertEquals(seen.map(([id]) => id), [1, 3, 5]);
    assertEquals(seen.slice(1).map(([, bytes]) => bytes), [5, 5]);
  });

  Deno.test(`${transport}: a hundred answers, their frames interleaved, each reach their request`, async () => {
    await using server = startPeer(async (peer) => {
      await peer.start();
      const requests = [];
      while (requests.length < 100) requests.push((await peer.readRequest())!);
      const bodies = requests.map(({ path }) => `the answer to ${path} `.repeat(20));
      const reversed = requests.toReversed();
      await peer.send(...reversed.map(({ id, path }) => headers(id, [OK, ["x-path", path]])));
      for (let part = 0; part < 10; part++) {
        await peer.send(...requests.map(({ id }, index) => {
          const body = bodies[index]!;
          const size = Math.ceil(body.length / 10);
          return frame(0, part === 9 ? 1 : 0, id, body.slice(part * size, (part + 1) * size));
        }));
      }
      await peer.readFrame();
    });
    await using test = testTransport(transport);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}`);
    const outcomes = await Promise.all(paths.map((path) => test.send(wireRequest(server.port, { path }))));
    outcomes.forEach((outcome, index) => {
      assert(!(outcome instanceof TransportError), String(outcome));
      assertEquals(outcome.header("x-path"), paths[index]);
      assertEquals(Buffer.from(outcome.body).toString(), `the answer to ${paths[index]} `.repeat(20));
    });
    assertEquals(test.seen.connected, 1);
  });

  Deno.test(`${transport}: no more streams are open at once than the server's settings allow`, async () => {
    let [open, most, first] = [0, 0, true];
    await using server = startPeer(async (peer) => {
      await peer.start([3, 2]);
      for (let one = await peer.readRequest(); one !== null; one = await peer.readRequest()) {
        most = Math.max(most, ++open);
        if (first) { // its settings are acknowledged before anything else is sent
          await peer.send(frame(6, 0, 0, "12345678"));
          await peer.readUntil(6);
          first = false;
        }
        open--;
        await peer.send(answer(one.id));
      }
    });
    await using test = testTransport(transport);
    assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    open = most = 0;
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => test.send(wireRequest(server.port))));
    assertEquals(outcomes.map((outcome) => plain(outcome)), Array(20).fill(HELLO));
    assert(most <= 2, `${most}`);
    assertEquals(test.seen, { connected: 1, repeats: 0 });
  });

  Deno.test(`${transport}: keepAlive: false opens a connection for each request`, async () => {
    await using server = startPeer(async (peer) => {
      await peer.start();
      await answerAll(peer);
    });
    await using test = testTransport(transport, { keepAlive: false });
    for (let count = 0; count < 3; count++) assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    assertEquals(test.seen, { connected: 3, repeats: 0 });
  });

  Deno.test(`${transport}: an abort resets only its stream, and later frames for it are ignored`, async () => {
    const resets: unknown[] = [];
    const { promise: hasCome, resolve: come } = Promise.withResolvers<void>();
    await using server = startPeer(async (peer) => {
      await peer.start();
      await peer.readRequest();
      const second = await peer.readRequest();
      await peer.send(headers(1, [OK, ["x-new", "for the table"]]), frame(0, 0, 1, "hel"));
      come();
      const reset = await peer.readUntil(3);
      resets.push([reset!.id, reset!.payload.toString("hex")]);
      await peer.send(frame(0, 1, 1, "lo"), answer(second!.id));
      await answerAll(peer);
    });
    await using test = testTransport(transport);
    const [first, second] = [test.send(wireRequest(server.port)), test.send(wireRequest(server.port))];
    await hasCome;
    first.exchange.abort(new TransportError("aborted", "by the test"));
    assertEquals(plain(await first), { error: "aborted" });
    assertEquals(plain(await second), HELLO);
    assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    assertEquals(resets, [[1, "00000008"]]);
    assertEquals(test.seen.connected, 1);
  });

  Deno.test(`${transport}: close() interrupts the requests in flight`, async () => {
    const { promise: hasCome, resolve: come } = Promise.withResolvers<void>();
    const { promise: last, resolve: end } = Promise.withResolvers<number[]>();
    await using server = startPeer(async (peer) => {
      await peer.start();
      await peer.readRequest();
      come();
      const types = [];
      for (let one = await peer.readFrame(); one !== null; one = await peer.readFrame()) types.push(one.type);
      end(types);
    });
    await using test = testTransport(transport);
    const outcome = test.send(wireRequest(server.port));
    await hasCome;
    test.transport.close();
    assertEquals(plain(await outcome), { error: "interrupted" });
    const types = await last;
    if (transport === "socket 2") assertEquals(types.filter((type) => type !== 4), [3, 7]);
  });
}

Deno.test("socket 2: PING is answered with its own bytes, and settings are acknowledged", async () => {
  const seen: unknown[] = [];
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    await peer.send(frame(6, 0, 0, "12345678"), frame(6, 1, 0, "answered"), settings());
    for (const type of [4, 6, 4]) {
      const { flags, payload } = (await peer.readUntil(type))!;
      seen.push([type, flags, payload.toString("latin1")]);
    }
    await peer.send(answer(1));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  assertEquals(seen, [[4, 1, ""], [6, 1, "12345678"], [4, 1, ""]]);
});

Deno.test("socket 2: a server that reduces the header table gets a size update, and the table stays empty", async () => {
  const seen: unknown[] = [];
  await using server = startPeer(async (peer) => {
    await peer.start();
    for (let one = await peer.readRequest(); one !== null; one = await peer.readRequest()) {
      seen.push(one.lines.at(-1));
      await peer.send(settings([1, 0]), answer(one.id));
    }
  });
  await using test = testTransport("socket 2");
  for (let count = 0; count < 3; count++) assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  assertEquals(seen, [["x-test", "1"], ["x-test", "1"], ["x-test", "1"]]);
});

Deno.test("socket 2: header lines of 40 kB are sent in several frames", async () => {
  let value = "";
  await using server = startPeer(async (peer) => {
    await peer.start();
    const request = await peer.readRequest();
    value = request!.lines.at(-1)![1];
    await peer.send(answer(1));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  const long = "\\".repeat(40_000);
  assertEquals(plain(await test.send(wireRequest(server.port, { headers: [["x-long", long]] }))), HELLO);
  assertEquals(value, long);
});

Deno.test("socket 2: to wait for a stream is part of a request's time", async () => {
  const calls: string[] = [];
  await using server = startPeer(async (peer) => {
    await peer.start([3, 1]);
    await peer.send(answer((await peer.readRequest())!.id));
    const { id } = (await peer.readRequest())!;
    await peer.send(frame(6, 0, 0, "12345678"));
    await peer.readUntil(6); // what was sent at once has been queued by then
    calls.push("answer");
    await peer.send(answer(id));
    await answerAll(peer);
  });
  await using test = testTransport("socket 2");
  assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  await Promise.all(Array.from({ length: 3 }, (_, index) =>
    new Promise<void>((resolve, reject) => {
      test.transport.send(wireRequest(server.port), {
        onStart: () => calls.push(`start ${index}`),
        onSent: () => calls.push(`sent ${index}`),
        onResponse: () => resolve(),
        onError: reject,
      });
    })));
  assertEquals(calls.slice(0, 5).toSorted(), ["answer", "sent 0", "start 0", "start 1", "start 2"]);
  assertEquals(calls.slice(5), ["sent 1", "sent 2"]);
});
