// Bodies within the flow-control windows of both sides.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import { STREAM_WINDOW_BYTES } from "../../../../lib/http/socket/limits.ts";
import { plain, testTransport, wireRequest } from "../../conformance/send.ts";
import { TESTED_HTTP2 } from "../../../helpers/http/tested_transports.ts";
import { answer, answerAll, frame, headers, type Peer, settings, startPeer, words } from "./peer.ts";

const HELLO = { status: 200, statusText: "", body: "hello" };
const BODY = new Uint8Array(200_000).map((_, index) => index * 7);

/** Reads DATA frames up to a number of bytes; returns the frames' lengths. */
async function readData(peer: Peer, bytes: number): Promise<number[]> {
  const lengths: number[] = [];
  for (let sum = 0; sum < bytes;) {
    const { payload } = (await peer.readUntil(0))!;
    sum += payload.length;
    lengths.push(payload.length);
  }
  return lengths;
}

/** Sends a PING and returns the frames that the client sent before its answer. */
async function framesBefore(peer: Peer): Promise<number[]> {
  await peer.send(frame(6, 0, 0, "12345678"));
  const types = [];
  for (let one = await peer.readFrame(); one !== null && one.type !== 6; one = await peer.readFrame()) {
    types.push(one.type);
  }
  return types;
}

for (const transport of TESTED_HTTP2) {
  for (const kind of ["bytes", "stream"] as const) {
    Deno.test(`${transport}: a body of 200 kB (${kind}) waits for window updates and arrives whole`, async () => {
      let received: number[] = [];
      let waited: number[] = [];
      await using server = startPeer(async (peer) => {
        await peer.start();
        await peer.readRequest();
        const lengths = await readData(peer, 65_535);
        waited = (await framesBefore(peer)).filter((type) => type !== 4);
        await peer.send(frame(8, 0, 1, words(1e6)), frame(8, 0, 0, words(10)));
        lengths.push(...await readData(peer, 10), ...await framesBefore(peer).then((types) => types.map(() => -1)));
        await peer.send(frame(8, 0, 0, words(1e6)));
        await peer.readBody();
        received = lengths;
        await peer.send(answer(1));
        await peer.readFrame();
      });
      await using test = testTransport(transport);
      const body = kind === "bytes" ? BODY : ReadableStream.from([BODY.subarray(0, 70_000), BODY.subarray(70_000)]);
      assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body }))), HELLO);
      assertEquals(waited, []);
      assertEquals(received, [16_384, 16_384, 16_384, 16_383, 10]);
    });
  }

  Deno.test(`${transport}: a large body and small requests beside it share the connection`, async () => {
    let bytes = 0;
    await using server = startPeer(async (peer) => {
      await peer.start([4, 2 ** 30], [5, 100_000]);
      await peer.send(frame(8, 0, 0, words(2 ** 30)));
      for (let one = await peer.readFrame(); one !== null; one = await peer.readFrame()) {
        if (one.type === 0) bytes += one.payload.length;
        const isWhole = (one.type === 1 || one.type === 0) && (one.flags & 1) !== 0;
        if (isWhole) await peer.send(answer(one.id));
      }
    });
    await using test = testTransport(transport);
    await test.send(wireRequest(server.port));
    const upload = test.send(wireRequest(server.port, { method: "PUT", body: new Uint8Array(20_000_000) }));
    for (let count = 0; count < 20; count++) assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    assertEquals(plain(await upload), HELLO);
    assertEquals(bytes, 20_000_000);
    assertEquals(test.seen.connected, 1);
  });
}

Deno.test("socket 2: a smaller initial window reduces a stream's window, even below 0", async () => {
  const types: number[] = [];
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    await peer.readUntil(0);
    await peer.send(settings([4, 1000])); // 65,535 have been sent
    for (let left = 2; left > 0; left--) await peer.readUntil(4);
    await peer.send(frame(8, 0, 0, words(1e6)), frame(8, 0, 1, words(100)));
    types.push(...await framesBefore(peer));
    await peer.send(frame(8, 0, 1, words(1e6)));
    await peer.readBody();
    await peer.send(answer(1));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body: BODY }))), HELLO);
  assertEquals(types, []);
});

Deno.test("socket 2: settings with a larger initial window let a body continue", async () => {
  await using server = startPeer(async (peer) => {
    await peer.start([4, 5]);
    await peer.readRequest();
    await peer.readUntil(0);
    await peer.send(frame(8, 0, 0, words(1e6)), settings([4, 1e6]));
    await peer.readBody();
    await peer.send(answer(1));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  assertEquals(plain(await test.send(wireRequest(server.port, { method: "POST", body: BODY }))), HELLO);
});

Deno.test("socket 2: window updates are sent long before the window is used up, padding included", async () => {
  const updates: number[] = [];
  const part = frame(0, 8, 1, `\xff${"x".repeat(16_000)}${"\0".repeat(255)}`);
  const count = Math.ceil(STREAM_WINDOW_BYTES / 2 / (16_000 + 256));
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    await peer.send(headers(1, [[":status", "200"]]));
    for (let index = 0; index < count; index++) await peer.send(part);
    const update = await peer.readUntil(8); // from the start of the connection
    const second = update!.id === 0 ? await peer.readUntil(8) : update;
    updates.push(second!.id, second!.payload.readUInt32BE(0));
    await peer.send(frame(0, 1, 1));
    await answerAll(peer);
  });
  await using test = testTransport("socket 2");
  const outcome = await test.send(wireRequest(server.port));
  assert(!(outcome instanceof TransportError), String(outcome));
  assertEquals(outcome.body.length, count * 16_000);
  const [id, bytes = 0] = updates;
  assertEquals(id, 1);
  // Without the padding, it would take more frames than were sent.
  assert(bytes >= STREAM_WINDOW_BYTES / 2 && bytes <= count * (16_000 + 256), `${bytes}`);
});

Deno.test("socket 2: an answer before the body is sent ends the stream, not the connection", async () => {
  let reset = 0;
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    await peer.send(headers(1, [[":status", "413"]], true));
    reset = (await peer.readUntil(3))!.payload.readUInt32BE(0);
    await answerAll(peer);
  });
  await using test = testTransport("socket 2");
  const outcome = await test.send(wireRequest(server.port, { method: "POST", body: BODY }));
  assertEquals(plain(outcome), { status: 413, statusText: "", body: "" });
  assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  assertEquals([reset, test.seen.connected], [8, 1]);
});

Deno.test("socket 2: a body waits for the server's 100", async () => {
  let early: number[] = [];
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    early = await framesBefore(peer);
    await peer.send(headers(1, [[":status", "100"]]));
    const body = await peer.readBody();
    await peer.send(answer(1, body.toString()));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  const body = new TextEncoder().encode("asked for");
  const request = wireRequest(server.port, { method: "POST", body, headers: [["expect", "100-continue"]] });
  assertEquals(plain(await test.send(request)), { ...HELLO, body: "asked for" });
  assertEquals(early.includes(0), false);
});

Deno.test("socket 2: a failing stream of the script fails only its request", async () => {
  await using server = startPeer(async (peer) => {
    await peer.start();
    await peer.readRequest();
    await peer.readUntil(3);
    await answerAll(peer);
  });
  await using test = testTransport("socket 2");
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("no more"));
    },
  });
  const outcome = await test.send(wireRequest(server.port, { method: "POST", body }));
  assert(outcome instanceof TransportError);
  assertEquals([outcome.kind, outcome.message], ["other", "the stream given as body failed: no more"]);
  assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  assertEquals(test.seen.connected, 1);
});
