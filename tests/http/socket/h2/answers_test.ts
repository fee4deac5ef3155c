// Valid answers.

import { Buffer } from "node:buffer";
import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import type { HeaderLine } from "../../../../lib/http/socket/h2/hpack/static_table.ts";
import { type Outcome, plain, testTransport, wireRequest } from "../../conformance/send.ts";
import { testClient } from "../../../helpers/http/client.ts";
import { answer, answerAll, frame, headers, settings, startPeer, words } from "./peer.ts";

const HELLO = { status: 200, statusText: "", body: "hello" };
const OK: HeaderLine = [":status", "200"];

function trailersOf(outcome: Outcome): unknown {
  return outcome instanceof TransportError ? null : outcome.trailers;
}

interface AnswerCase {
  readonly name: string;
  readonly method?: string;
  readonly frames: readonly Buffer[];
  readonly expected: Record<string, unknown>;
  readonly trailers?: readonly HeaderLine[];
}

/** Valid answers to stream 1. */
const ANSWERS: readonly AnswerCase[] = [
  {
    name: "informational answers",
    frames: [headers(1, [[":status", "103"], ["link", "x"]]), answer(1)],
    expected: HELLO,
  },
  {
    name: "trailers",
    frames: [headers(1, [OK]), frame(0, 0, 1, "hello"), headers(1, [["x-sum", "1"], ["x-more", "2"]], true)],
    expected: HELLO,
    trailers: [["x-sum", "1"], ["x-more", "2"]],
  },
  {
    name: "trailers without a body",
    frames: [headers(1, [OK]), headers(1, [["grpc-status", "0"]], true)],
    expected: { ...HELLO, body: "" },
    trailers: [["grpc-status", "0"]],
  },
  {
    name: "HEAD with a content-length",
    method: "HEAD",
    frames: [headers(1, [OK, ["content-length", "5"]], true)],
    expected: { ...HELLO, body: "" },
  },
  {
    name: "204 ended by an empty frame",
    frames: [headers(1, [[":status", "204"]]), frame(0, 1, 1)],
    expected: { ...HELLO, status: 204, body: "" },
  },
  {
    name: "an empty body",
    frames: [headers(1, [OK, ["content-length", "0"]], true)],
    expected: { ...HELLO, body: "" },
  },
  {
    name: "a body in many frames, empty and padded ones among them",
    frames: [
      headers(1, [OK, ["content-length", "5"]]),
      frame(0, 0, 1, "he"),
      frame(0, 0, 1),
      frame(0, 8, 1, "\x03llxxx"),
      frame(0, 9, 1, "\x00o"),
    ],
    expected: HELLO,
  },
  {
    name: "a header block in many frames",
    frames: [
      frame(1, 0, 1, "\x88\x00"),
      frame(9, 0, 1, "\x01x"),
      frame(9, 0, 1),
      frame(9, 4, 1, "\x01y"),
      frame(0, 1, 1, "hello"),
    ],
    expected: HELLO,
  },
  {
    name: "a padded header block with a priority",
    frames: [frame(1, 4 | 8 | 32, 1, "\x0212345\x88.."), frame(0, 1, 1, "hello")],
    expected: HELLO,
  },
  {
    name: "frames of unknown types and PRIORITY among those of an answer",
    frames: [frame(99, 3, 1, "?"), headers(1, [OK]), frame(2, 0, 1, "12345"), frame(16, 0, 0), frame(0, 1, 1, "hello")],
    expected: HELLO,
  },
  {
    name: "a status of 799",
    frames: [headers(1, [[":status", "799"]], true)],
    expected: { ...HELLO, status: 799, body: "" },
  },
  {
    name: "settings in the middle of an answer",
    frames: [headers(1, [OK]), settings([4, 100], [1, 0], [99, 1]), frame(0, 1, 1, "hello")],
    expected: HELLO,
  },
];

for (const { name, method = "GET", frames, expected, trailers } of ANSWERS) {
  Deno.test(`socket 2: ${name}`, async () => {
    for (const isDribbled of [false, true]) {
      await using server = startPeer(async (peer) => {
        await peer.start();
        const { id } = (await peer.readRequest())!;
        const renumbered = (bytes: Buffer) => {
          const copy = Buffer.from(bytes);
          for (let at = 0; at < copy.length; at += 9 + copy.readUIntBE(at, 3)) {
            if (copy.readUInt32BE(at + 5) === 1) copy.set(words(id), at + 5);
          }
          return copy;
        };
        const bytes = Buffer.concat(frames.map(renumbered));
        if (isDribbled) await peer.connection.dribble(bytes.toString("latin1"));
        else await peer.send(bytes);
        await answerAll(peer);
      });
      await using test = testTransport("socket 2");
      const outcome = await test.send(wireRequest(server.port, { method }));
      assertEquals(plain(outcome), expected);
      assertEquals(trailersOf(outcome), trailers ?? []);
      const bytes = frames.reduce((sum, one) => sum + one.length, 0);
      const own = (outcome as { bytesReceived: number }).bytesReceived;
      assert(own <= bytes && own >= bytes - 60, `${own} of ${bytes} bytes`);
      assertEquals(plain(await test.send(wireRequest(server.port))), HELLO); // no state remains
      assertEquals(test.seen.connected, 1);
    }
  });
}

Deno.test("a response over HTTP/2 has its trailers in the form of fetch's headers, or none", async () => {
  await using server = startPeer(async (peer) => {
    await peer.start();
    const first = (await peer.readRequest())!;
    await peer.send(
      headers(first.id, [OK]),
      frame(0, 0, first.id, "hello"),
      headers(first.id, [["grpc-status", "0"]], true),
    );
    await answerAll(peer);
  });
  await using test = testClient(`http://127.0.0.1:${server.port}`, { transport: "socket 2" });
  const response = await test.client.get("/");
  assertEquals([response.trailers.get("Grpc-Status"), await response.text()], ["0", "hello"]);
  assertEquals([...(await test.client.get("/")).trailers], []);
});
