// TLS with certificates of our own: whom a transport trusts, what it shows of itself, how it says what is wrong.

import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createTransport } from "../../../lib/http/transports.ts";
import { TransportError, type TransportOptions, type WireRequest } from "../../../lib/http/transport.ts";
import { type Certificates, type Certified, makeCertificates } from "../../helpers/certificates.ts";
import { answer } from "./case.ts";
import { arrival, startHostile } from "./hostile_server.ts";
import { headerOf, type RecordingServer, type Reply, startRecording } from "./seen_request.ts";
import { type Outcome, plain, testTransport, wireRequest } from "./send.ts";
import { TESTED } from "../../helpers/tested_transports.ts";

const made = makeCertificates();
const WHY_NOT = made === null ? " (skipped: no openssl here)" : "";
// Never used where there are none: those tests are skipped.
const certificates = made as Certificates;
globalThis.addEventListener("unload", () => made?.[Symbol.dispose]());

function tlsTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `${name}${WHY_NOT}`, ignore: made === null, fn });
}

function startTls(certified: Certified, reply?: Reply, alpnProtocols: string[] = ["http/1.1"]): RecordingServer {
  const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, ...certified, alpnProtocols });
  return startRecording(reply, listener);
}

function secure(port: number, host = "localhost"): WireRequest {
  return { ...wireRequest(port), url: new URL(`https://${host}:${port}/`) };
}

/** Returns the body, or kind and text of a failure. */
function outcomeOf(outcome: Outcome): string {
  if (outcome instanceof TransportError) return `${outcome.kind}: ${outcome.message}`;
  return String(plain(outcome)["body"]);
}

interface TrustCase {
  readonly name: string;
  readonly certified: () => Certified;
  readonly options: () => TransportOptions;
  readonly host?: string;
  /** The body, or kind and text of the failure; fetch has one text for all of a kind. */
  readonly expected: string;
  /** Why fetch cannot be told so. */
  readonly notForFetch?: string;
}

const trusting = () => ({ caCerts: [certificates.ca] });
const insecure = () => ({ insecure: true });
const NO_INSECURE = "fetch always checks certificates";

const TRUST_CASES: readonly TrustCase[] = [
  { name: "a name it is for", certified: () => certificates.local, options: trusting, expected: "hello" },
  {
    name: "an address it is for",
    certified: () => certificates.local,
    options: trusting,
    host: "127.0.0.1",
    expected: "hello",
  },
  {
    name: "an authority among several",
    certified: () => certificates.local,
    options: () => ({ caCerts: [certificates.selfSigned.cert, certificates.ca] }),
    expected: "hello",
  },
  {
    name: "an authority nobody named",
    certified: () => certificates.local,
    options: () => ({}),
    expected: "tls: TLS: certificate not trusted",
  },
  {
    name: "another name",
    certified: () => certificates.other,
    options: trusting,
    expected: "tls: TLS: certificate is for another name",
  },
  {
    name: "another name, for an address",
    certified: () => certificates.other,
    options: trusting,
    host: "127.0.0.1",
    expected: "tls: TLS: certificate is for another name",
  },
  {
    name: "a time that is over",
    certified: () => certificates.expired,
    options: trusting,
    expected: "tls: TLS: certificate expired",
  },
  {
    name: "nobody but itself",
    certified: () => certificates.selfSigned,
    options: trusting,
    expected: "tls: TLS: certificate is self-signed",
  },
  {
    name: "another name, insecure",
    certified: () => certificates.other,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
  {
    name: "a time that is over, insecure",
    certified: () => certificates.expired,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
  {
    name: "nobody but itself, insecure",
    certified: () => certificates.selfSigned,
    options: insecure,
    expected: "hello",
    notForFetch: NO_INSECURE,
  },
];

for (const transport of TESTED) {
  const isSocket = transport !== "fetch";

  for (const one of TRUST_CASES) {
    if (!isSocket && one.notForFetch !== undefined) continue;
    tlsTest(`${transport}: a certificate for ${one.name}: ${one.expected}`, async () => {
      await using server = startTls(one.certified());
      await using test = testTransport(transport, one.options());
      for (let round = 0; round < 2; round++) {
        const outcome = outcomeOf(await test.send(secure(server.port, one.host)));
        const isOneText = !isSocket && one.expected.startsWith("tls");
        assertEquals(outcome, isOneText ? "tls: TLS handshake failed" : one.expected);
      }
      const isTrusted = one.expected === "hello";
      assertEquals([server.requests.length, server.connections], isTrusted ? [2, 1] : [0, 2]);
      if (isSocket) assertEquals(test.seen.connected, isTrusted ? 1 : 0);
    });
  }

  tlsTest(`${transport}: a plain server asked for https is tls`, async () => {
    await using server = startHostile(async (connection) => {
      await connection.readUntil("\x01");
      await connection.send("HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    });
    await using test = testTransport(transport);
    const outcome = outcomeOf(await test.send(secure(server.port)));
    assertEquals(outcome, isSocket ? "tls: TLS: not a TLS server" : "tls: TLS handshake failed");
  });

  tlsTest(`${transport}: a server that closes in the handshake is tls`, async () => {
    await using server = startHostile(async (connection) => void await connection.readUntil("\x01"));
    await using test = testTransport(transport);
    const outcome = outcomeOf(await test.send(secure(server.port)));
    const expected = isSocket ? "tls: TLS: connection closed during the handshake" : "tls: TLS handshake failed";
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

  tlsTest(`${transport}: large bodies come and go encrypted`, async () => {
    const big = "0123456789abcdef".repeat(65_536);
    await using server = startTls(certificates.local, ({ body }) => answer(body));
    await using test = testTransport(transport, trusting());
    const request = { ...secure(server.port), method: "POST", body: new TextEncoder().encode(big) };
    assert(outcomeOf(await test.send(request)) === big);
    await arrival(); // hyper takes a turn to see that a connection can be used again
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
    assertEquals([server.requests.length, server.connections, test.seen.reconnected], [3, 3, 0]);
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

  tlsTest(`${transport}: a server that wants a client's certificate gets it`, async () => {
    await using server = await startVerifying();
    const { cert, key } = certificates.client;
    await using test = testTransport(transport, { ...trusting(), cert, key });
    assertStringIncludes(outcomeOf(await test.send(secure(server.port))), "locust test client");
  });

  tlsTest(`${transport}: a server that wants a client's certificate and gets none is tls`, async () => {
    await using server = await startVerifying();
    await using test = testTransport(transport, trusting());
    const outcome = outcomeOf(await test.send(secure(server.port)));
    const expected = isSocket ? "tls: TLS: the server wants a client certificate" : "tls: TLS handshake failed";
    assertEquals(outcome, expected);
  });
}

tlsTest("socket: phases of a request name what its connection cost, once", async () => {
  await using server = startTls(certificates.local);
  await using test = testTransport("socket", trusting());
  const first = await test.send(secure(server.port, "127.0.0.1"));
  const second = await test.send(secure(server.port, "127.0.0.1"));
  assert(!(first instanceof TransportError) && !(second instanceof TransportError));
  assert(first.connectPhases!.tlsMs > 0 && first.connectPhases!.connectMs > 0);
  assertEquals([first.connectPhases!.dnsMs, second.connectPhases], [0, null]);
});

tlsTest("socket: connectTo leaves server name and host header as they are", async () => {
  await using server = startTls(certificates.other);
  await using test = testTransport("socket", { ...trusting(), connectTo: `127.0.0.1:${server.port}` });
  assertEquals(outcomeOf(await test.send(secure(443, "other.test"))), "hello");
  assertEquals(headerOf(server.requests[0]!, "host"), "other.test");
  const expected = "tls: TLS: certificate is for another name";
  assertEquals(outcomeOf(await test.send(secure(443, "another.test"))), expected);
});

tlsTest("socket: a server that speaks HTTP/2 only is said with the flag that can", async () => {
  await using server = startTls(certificates.local, undefined, ["h2"]);
  await using test = testTransport("socket", trusting());
  const expected = "unsupported: the server speaks no HTTP/1.1: use --transport fetch for HTTP/2";
  assertEquals(outcomeOf(await test.send(secure(server.port))), expected);
});

Deno.test("fetch: insecure is refused", () => {
  assertThrows(() => createTransport("fetch", { insecure: true }, null), TypeError, "expected the socket transport");
});

/** openssl's own server, which Deno's cannot stand in for: it wants a client's certificate and says what it got. */
async function startVerifying(): Promise<{ readonly port: number } & AsyncDisposable> {
  const certified = ["-cert", "local.crt", "-key", "local.key", "-CAfile", "ca.crt"];
  const args = ["s_server", "-accept", "127.0.0.1:0", "-www", "-Verify", "1", "-verify_return_error", ...certified];
  const process = new Deno.Command("openssl", {
    args,
    cwd: certificates.folder,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  let port: string | undefined;
  while (port === undefined) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`openssl s_server ended: ${text}`);
    text += value;
    port = /ACCEPT \S+:(\d+)/.exec(text)?.[1];
  }
  return {
    port: Number(port),
    async [Symbol.asyncDispose]() {
      process.kill();
      await reader.cancel();
      await process.status;
    },
  };
}
