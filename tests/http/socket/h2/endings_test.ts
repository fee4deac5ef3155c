// How streams and connections end, and which requests are repeated.

import { assert, assertEquals } from "@std/assert";
import { TransportError, type TransportOptions, type WireRequest } from "../../../../lib/http/transport.ts";
import { plain, testTransport, wireRequest } from "../../conformance/send.ts";
import { answer, answerAll, frame, headers, type Peer, startPeer, words } from "./peer.ts";

const HELLO = { status: 200, statusText: "", body: "hello" };
const BODY = new TextEncoder().encode("body");
const stream = () => ({ method: "POST", body: ReadableStream.from([BODY]) });

interface EndingCase {
  readonly name: string;
  /** Sent together, after a first request that is answered, unless `isFresh`. */
  readonly requests: readonly (() => Partial<WireRequest>)[];
  readonly options?: TransportOptions;
  readonly isFresh?: boolean;
  /** The first connection's reaction; later connections answer everything. */
  readonly serve: (peer: Peer, ids: readonly number[]) => Promise<unknown>;
  /** Status, or kind and message of the failure, of each request. */
  readonly expected: readonly (number | readonly string[])[];
  readonly seen: { readonly connected: number; readonly repeats: number };
  /** Whether all later connections do the same. */
  readonly isStubborn?: boolean;
}

const get = () => ({});
const post = () => ({ method: "POST", body: BODY });
const goAway = (lastId: number, code = 0) => frame(7, 0, 0, words(lastId, code));
const refuse = (id: number) => frame(3, 0, id, words(7));

const CASES: readonly EndingCase[] = [
  {
    name: "GOAWAY: streams above the last one are sent again with any method, the others are answered",
    requests: [get, post, get],
    serve: async (peer, [first]) => {
      await peer.send(goAway(first!), answer(first!));
      await peer.readFrame();
    },
    expected: [200, 200, 200],
    seen: { connected: 2, repeats: 2 },
  },
  {
    name: "GOAWAY twice, first with the largest number: streams above the second one's are sent again",
    requests: [get, post],
    serve: async (peer, [first]) => {
      await peer.send(goAway(2 ** 31 - 1));
      await peer.send(goAway(first!), answer(first!));
      await peer.readFrame();
    },
    expected: [200, 200],
    seen: { connected: 2, repeats: 1 },
  },
  {
    name: "GOAWAY on every connection: a request is sent twice at most",
    requests: [get],
    isFresh: true,
    serve: (peer) => peer.send(goAway(0)),
    expected: [["reset", "the server went away (GOAWAY)"]],
    seen: { connected: 2, repeats: 1 },
    isStubborn: true,
  },
  {
    name: "GOAWAY: a stream body that was started cannot be sent again",
    requests: [stream],
    serve: async (peer) => {
      await peer.readBody();
      await peer.send(goAway(1));
    },
    expected: [["reset", "the server went away (GOAWAY)"]],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "GOAWAY with an error: processed streams fail with that reason",
    requests: [post],
    serve: (peer, [first]) => peer.send(goAway(first!, 11)),
    expected: [["reset", "connection ended by the server (ENHANCE_YOUR_CALM)"]],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "REFUSED_STREAM: sent again with any method",
    requests: [post],
    serve: async (peer, [first]) => {
      await peer.send(refuse(first!));
      await answerAll(peer);
    },
    expected: [200],
    seen: { connected: 1, repeats: 1 },
  },
  {
    name: "REFUSED_STREAM every time: sent twice at most",
    requests: [get],
    serve: async (peer, [first]) => {
      await peer.send(refuse(first!));
      const again = await peer.readRequest();
      await peer.send(refuse(again!.id));
      await answerAll(peer);
    },
    expected: [["reset", "stream ended by the server (REFUSED_STREAM)"]],
    seen: { connected: 1, repeats: 1 },
  },
  {
    name: "RST_STREAM: its request fails, the others continue",
    requests: [get, get],
    serve: async (peer, [first, second]) => {
      await peer.send(headers(first!, [[":status", "200"]]), frame(3, 0, first!, words(2)), answer(second!));
      await peer.readFrame();
    },
    expected: [["reset", "stream ended by the server (INTERNAL_ERROR)"], 200],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "HTTP_1_1_REQUIRED",
    requests: [get],
    serve: (peer, [first]) => peer.send(frame(3, 0, first!, words(13))),
    expected: [["protocol", "stream ended by the server (HTTP_1_1_REQUIRED)"]],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "an end without an answer on a used connection: only idempotent requests are repeated",
    requests: [get, post],
    serve: () => Promise.resolve(),
    expected: [200, ["truncated", "connection closed before an answer"]],
    seen: { connected: 2, repeats: 1 },
  },
  {
    name: "an end in the middle of an answer",
    requests: [get],
    serve: (peer, [first]) => peer.send(headers(first!, [[":status", "200"]]), frame(0, 0, first!, "hel")),
    expected: [["truncated", "connection closed before the answer was complete"]],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "an end without an answer on a new connection",
    requests: [get],
    isFresh: true,
    serve: () => Promise.resolve(),
    expected: [["truncated", "connection closed before an answer"]],
    seen: { connected: 1, repeats: 0 },
  },
  {
    name: "a body larger than allowed: its stream is reset, the connection stays",
    options: { maxBodyBytes: 5 },
    requests: [get, get],
    serve: async (peer, [first, second]) => {
      await peer.send(answer(first!, "hello!"), answer(second!, "hello"));
      await peer.readFrame();
    },
    expected: [["limit", "body larger than 5 bytes"], 200],
    seen: { connected: 1, repeats: 0 },
  },
];

for (const { name, requests, options, isFresh, serve, expected, seen, isStubborn } of CASES) {
  Deno.test(`socket 2: ${name}`, async () => {
    await using server = startPeer(async (peer, index) => {
      await peer.start();
      if (index > 0 && !isStubborn) return await answerAll(peer);
      if (!isFresh) await peer.send(answer((await peer.readRequest())!.id));
      const ids: number[] = [];
      while (ids.length < (isStubborn ? 1 : requests.length)) {
        const request = await peer.readRequest();
        if (request === null) return;
        ids.push(request.id);
      }
      await serve(peer, ids);
    });
    await using test = testTransport("socket 2", options);
    if (!isFresh) assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
    const outcomes = await Promise.all(requests.map((make) => test.send(wireRequest(server.port, make()))));
    assertEquals(
      outcomes.map((one) => one instanceof TransportError ? [one.kind, one.message] as readonly string[] : one.status),
      expected.slice(),
    );
    assertEquals(test.seen, seen);
    assert(server.connections === seen.connected);
  });
}

Deno.test("socket 2: GOAWAY while idle: the next request uses a new connection and is not a repeat", async () => {
  await using server = startPeer(async (peer, index) => {
    await peer.start();
    const { id } = (await peer.readRequest())!;
    await peer.send(answer(id), ...(index === 0 ? [frame(7, 0, 0, words(id, 0))] : []));
    await answerAll(peer);
  });
  await using test = testTransport("socket 2");
  for (let count = 0; count < 3; count++) assertEquals(plain(await test.send(wireRequest(server.port))), HELLO);
  assertEquals(test.seen, { connected: 2, repeats: 0 });
});

Deno.test("socket 2: a connection without a waiting request is not established", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  await using test = testTransport("socket 2");
  const [first, second] = [test.send(wireRequest(port)), test.send(wireRequest(port))];
  first.exchange.abort(new TransportError("aborted", "by the test"));
  assertEquals(plain(await first), { error: "aborted" });
  assertEquals(plain(await second), { error: "refused" });
});

Deno.test("socket 2: a long queue gets through a server that ends each connection after two answers or one", async () => {
  await using server = startPeer(async (peer, index) => {
    await peer.start([3, 1]);
    if (index < 3) await peer.send(answer((await peer.readRequest())!.id)); // later ones end with their first answer
    const { id } = (await peer.readRequest())!;
    await peer.send(answer(id), frame(7, 0, 0, words(id, 0)));
    await peer.readFrame();
  });
  await using test = testTransport("socket 2");
  assertEquals(plain(await test.send(wireRequest(server.port))), HELLO); // the server's settings are known from now on
  const outcomes = await Promise.all(Array.from({ length: 13 }, () => test.send(wireRequest(server.port))));
  assertEquals(outcomes.map((one) => plain(one)), Array(13).fill(HELLO));
  assertEquals(server.connections, 11);
});
