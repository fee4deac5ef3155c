// Where requests are sent: unix sockets, connectTo, both address families.

import { lookup } from "node:dns/promises";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createTransport } from "../../../lib/http/transports.ts";
import { TransportError, type TransportOptions, type WireRequest } from "../../../lib/http/transport.ts";
import { answer } from "./cases/case.ts";
import { headerOf, startRecording } from "./seen_request.ts";
import { type Outcome, plain, testTransport, wireRequest } from "./send.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";
import { canListen } from "../../helpers/servers/can_listen.ts";

/** Whether loopback has IPv6; not every container does. */
const HAS_IPV6 = canListen("::1");
/** Addresses of localhost, in the system's order, according to its hosts file. */
const LOCALHOST = (await lookup("localhost", { all: true })).map(({ address }) => address);
const WHY_NOT_IPV6 = HAS_IPV6 ? "" : " (skipped: no IPv6 loopback here)";

function to(url: string): WireRequest {
  return { ...wireRequest(1), url: new URL(url) };
}

function outcomeOf(outcome: Outcome): string {
  return outcome instanceof TransportError ? `${outcome.kind}: ${outcome.message}` : String(plain(outcome)["body"]);
}

async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "locust unix " });
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  Deno.test(`${transport}: a unix socket replaces every host, and its connection is reused`, async () => {
    await withFolder(async (folder) => {
      const path = `${folder}/server.sock`;
      await using server = startRecording(undefined, Deno.listen({ transport: "unix", path }));
      await using test = testTransport(transport, { unixSocket: path });
      for (let round = 0; round < 3; round++) {
        assertEquals(outcomeOf(await test.send(to("http://example.test:81/a"))), "hello");
      }
      // differs: hyper treats the unix socket as a proxy and writes the whole URL, which servers must accept
      const target = transport !== "fetch" ? "/a" : "http://example.test:81/a";
      assertEquals(server.requests.map(({ line }) => line), Array(3).fill(`GET ${target} HTTP/1.1`));
      assertEquals([headerOf(server.requests[0]!, "host"), server.connections], ["example.test:81", 1]);
    });
  });

  Deno.test(`${transport}: a missing unix socket is refused`, async () => {
    await withFolder(async (folder) => {
      await using test = testTransport(transport, { unixSocket: `${folder}/none.sock` });
      const outcome = await test.send(to("http://example.test/"));
      assertEquals(outcomeOf(outcome), "refused: unix socket not found");
    });
  });

  Deno.test({
    name: `${transport}: an IPv6 address in the URL${WHY_NOT_IPV6}`,
    ignore: !HAS_IPV6,
    fn: async () => {
      await using server = startRecording(undefined, Deno.listen({ hostname: "::1", port: 0 }));
      await using test = testTransport(transport);
      for (let round = 0; round < 2; round++) {
        assertEquals(outcomeOf(await test.send(to(`http://[::1]:${server.port}/`))), "hello");
      }
      assertEquals([headerOf(server.requests[0]!, "host"), server.connections], [`[::1]:${server.port}`, 1]);
    },
  });

  for (const hostname of ["127.0.0.1", "::1"]) {
    const isNamed = LOCALHOST.includes(hostname);
    Deno.test({
      name: `${transport}: localhost is found where only ${hostname} listens${
        isNamed ? "" : " (skipped: not its address)"
      }`,
      ignore: !isNamed,
      fn: async () => {
        await using server = startRecording(undefined, Deno.listen({ hostname, port: 0 }));
        await using test = testTransport(transport);
        assertEquals(outcomeOf(await test.send(to(`http://localhost:${server.port}/`))), "hello");
        assertEquals(headerOf(server.requests[0]!, "host"), `localhost:${server.port}`);
      },
    });
  }
}

Deno.test("socket: the dns phase is 0 for a cached name", async () => {
  await using server = startRecording(undefined, Deno.listen({ hostname: LOCALHOST[0]!, port: 0 }));
  await using test = testTransport("socket", { keepAlive: false });
  await test.send(to(`http://localhost:${server.port}/`));
  const second = await test.send(to(`http://localhost:${server.port}/`));
  assert(!(second instanceof TransportError));
  assertEquals([second.connectPhases!.dnsMs, second.connectPhases!.connectMs > 0], [0, true]);
});

Deno.test("socket: connectTo replaces every host, each with its own connections", async () => {
  await using server = startRecording(({ connection }) => answer(String(connection)));
  await using test = testTransport("socket", { connectTo: `127.0.0.1:${server.port}` });
  const urls = ["http://one.test/", "http://two.test:81/", "http://one.test/", "http://two.test:81/"];
  const connections = [];
  for (const url of urls) connections.push(outcomeOf(await test.send(to(url))));
  assertEquals(connections, ["0", "1", "0", "1"]);
  const hosts = server.requests.map((request) => headerOf(request, "host"));
  assertEquals(hosts, ["one.test", "two.test:81", "one.test", "two.test:81"]);
});

Deno.test({
  name: `socket: connectTo accepts an IPv6 address in brackets${WHY_NOT_IPV6}`,
  ignore: !HAS_IPV6,
  fn: async () => {
    await using server = startRecording(undefined, Deno.listen({ hostname: "::1", port: 0 }));
    await using test = testTransport("socket", { connectTo: `[::1]:${server.port}` });
    assertEquals(outcomeOf(await test.send(to("http://one.test/"))), "hello");
  },
});

for (const connectTo of ["", "host", "host:", ":80", "host:0", "host:65536", "::1:80", "[host]:80", "a b:80"]) {
  Deno.test(`socket: connectTo "${connectTo}" is refused`, () => {
    assertThrows(() => createTransport("socket", { connectTo }, null), RangeError, "expected host:port");
  });
}

Deno.test("fetch: connectTo is refused", () => {
  assertThrows(() => createTransport("fetch", { connectTo: "host:80" }, null), TypeError, "expected socket");
});

Deno.test("fetch: a proxy receives the requests", async () => {
  await using proxy = startRecording();
  const options: TransportOptions = { proxy: `http://127.0.0.1:${proxy.port}` };
  await using test = testTransport("fetch", options);
  assertEquals(outcomeOf(await test.send(to("http://example.test/a"))), "hello");
  assertEquals(proxy.requests[0]!.line, "GET http://example.test/a HTTP/1.1");
});
