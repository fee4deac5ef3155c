// Connections encrypted by OpenSSL: which servers are accepted, and what is transferred.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { atRest } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { Payload } from "../../../../../lib/http/socket/net/payload.ts";
import { Security } from "../../../../../lib/http/socket/net/tls/security.ts";
import { TransportError } from "../../../../../lib/http/transport.ts";
import { answer } from "../../../conformance/cases/case.ts";
import { openEpoll, within } from "./open.ts";
import { pattern } from "./pattern.ts";
import {
  certificates,
  client,
  LOCAL,
  NOT_TRUSTED,
  others,
  start,
  startFront,
  tlsTest,
  trusting,
} from "./tls_client.ts";

tlsTest("the first connection uses Node, later ones OpenSSL", async () => {
  await using server = start(certificates.local);
  await using test = client(trusting(certificates));
  for (let round = 0; round < 5; round++) assertEquals(await test.ask(`https://localhost:${server.port}/`), "hello");
  assertEquals([test.seen, server.connections], [["node", ...Array(4).fill("openssl")], 5]);
});

tlsTest("users with the same list of authorities share accepted certificates, others do not", async () => {
  await using server = start(certificates.local);
  const options = trusting(certificates);
  await using first = client(options);
  await using second = client(options);
  await using other = client({ ...options, caCerts: [...options.caCerts] });
  await using stranger = client({ keepAlive: false });
  const url = `https://localhost:${server.port}/`;
  for (const test of [first, second, other]) assertEquals(await test.ask(url), "hello");
  assertEquals([first.seen, second.seen, other.seen], [["node"], ["openssl"], ["node"]]);
  assertEquals([await stranger.ask(url), server.requests.length], [NOT_TRUSTED, 3]);
});

tlsTest("of users that connect together one uses Node, the others wait for it and use OpenSSL", async () => {
  await using server = start(certificates.local);
  const options = trusting(certificates);
  await using test = client(options);
  const url = `https://localhost:${server.port}/`;
  const answers = await Promise.all(Array.from({ length: 20 }, () => test.ask(url)));
  assertEquals(answers, Array(20).fill("hello"));
  assertEquals([test.seen, server.connections], [["node", ...Array(19).fill("openssl")], 20]);
});

tlsTest("users that connect together all fail if the server is not trusted", async () => {
  await using server = start(certificates.local);
  await using test = client({ keepAlive: false });
  const url = `https://localhost:${server.port}/`;
  const answers = await Promise.all(Array.from({ length: 20 }, () => test.ask(url)));
  assertEquals([answers, server.requests.length], [Array(20).fill(NOT_TRUSTED), 0]);
});

tlsTest("insecure uses OpenSSL at once", async () => {
  await using server = start(certificates.expired);
  await using test = client({ insecure: true });
  assertEquals([await test.ask(`https://localhost:${server.port}/`), test.seen], ["hello", ["openssl"]]);
});

tlsTest("a server that returns with another trusted certificate is accepted, and soon uses OpenSSL", async () => {
  await using test = client(trusting(certificates, others));
  await using first = start(certificates.local);
  await using second = start(others.local, () => answer("again"));
  await using front = startFront(first);
  const { url } = front;
  for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), "hello");
  front.server = second;
  for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), "again");
  assertEquals(test.seen, ["node", "openssl", "openssl gave up", "openssl"]);
  assertEquals(second.requests.length, 2);
});

tlsTest("a server that returns with an untrusted certificate gets no request", async () => {
  await using test = client(trusting(certificates));
  await using first = start(certificates.local);
  await using intruder = start(others.local, () => answer("never"));
  await using second = start(certificates.local, () => answer("back"));
  await using front = startFront(first);
  const { url } = front;
  for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), "hello");
  front.server = intruder;
  for (let round = 0; round < 3; round++) assertEquals(await test.ask(url), NOT_TRUSTED);
  assertEquals([intruder.requests.length, test.seen.slice(2)], [0, Array(3).fill("openssl gave up")]);
  front.server = second;
  assertEquals([await test.ask(url), test.seen.at(-1), second.requests.length], ["back", "openssl", 1]);
});

for (const [why, intruder] of [["expired", "expired"], ["self-signed", "selfSigned"]] as const) {
  tlsTest(`a server that returns with a certificate that is ${why} gets no request`, async () => {
    await using test = client(trusting(certificates));
    await using first = start(certificates.local);
    await using second = start(certificates[intruder]);
    await using front = startFront(first);
    const { url } = front;
    for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), "hello");
    front.server = second;
    const expected = why === "expired" ? "tls: TLS: certificate expired" : "tls: TLS: certificate is self-signed";
    for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), expected);
    assertEquals(second.requests.length, 0);
  });
}

tlsTest("a certificate accepted for one name is not accepted for another", async () => {
  await using server = start(certificates.other);
  await using test = client({ ...trusting(certificates), connectTo: `${LOCAL}:${server.port}` });
  const [right, wrong] = ["https://other.test/", "https://localhost/"];
  for (let round = 0; round < 2; round++) assertEquals(await test.ask(right), "hello");
  for (let round = 0; round < 2; round++) {
    assertEquals(await test.ask(wrong), "tls: TLS: certificate is for another name");
  }
  assertEquals([await test.ask(right), test.seen.at(-1), server.requests.length], ["hello", "openssl", 3]);
});

tlsTest("a name that moves to the server of another name gets no request there", async () => {
  await using test = client(trusting(certificates));
  await using first = start(certificates.local);
  await using second = start(certificates.other);
  await using front = startFront(first);
  const { url } = front;
  for (let round = 0; round < 2; round++) assertEquals(await test.ask(url), "hello");
  front.server = second;
  assertEquals(await test.ask(url), "tls: TLS: certificate is for another name");
  assertEquals(second.requests.length, 0);
});

tlsTest("a destroyed socket ignores all writes", async () => {
  await using server = start(certificates.expired);
  const security = new Security({ insecure: true }, "localhost");
  const { promise, resolve } = Promise.withResolvers<string>();
  const socket = openEpoll({ endpoint: { host: LOCAL, port: server.port }, security }, {
    onConnect: () => {},
    onSecure: () => resolve("secure"),
    onBytes: () => resolve("bytes"),
    onEnd: () => resolve("end"),
    onError: (error) => resolve(String(error)),
  });
  assertEquals(await within(promise, "secure"), "secure");
  socket.destroy();
  socket.writePayload(new Payload("late"));
  const flushed: boolean[] = [];
  socket.writeBytes(pattern(10), (error) => flushed.push(error instanceof Error));
  await atRest();
  assertEquals([flushed, server.requests.length], [[true], 0]);
});

/** Starts a server that echoes every body; not Deno's own, which would add Nagle's 40 ms to each. */
async function startEcho(): Promise<AsyncDisposable & { readonly url: string }> {
  const server = https.createServer(certificates.local, (request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () => response.end(Buffer.concat(parts)));
  });
  await new Promise<void>((resolve) => server.listen(0, LOCAL, resolve));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())),
  };
}

tlsTest("large bodies are transferred unchanged in both directions", async () => {
  await using server = await startEcho();
  await using test = client(trusting(certificates));
  const body = pattern(12_345_678);
  for (let round = 0; round < 3; round++) {
    const outcome = await test.send(server.url, body);
    assert(!(outcome instanceof TransportError), String(outcome));
    assert(body.equals(outcome.body));
  }
  assertEquals(test.seen, ["node", "openssl", "openssl"]);
});

tlsTest("many bodies of every size are transferred unchanged over one connection", async () => {
  await using server = await startEcho();
  const { url } = server;
  const options = { caCerts: [certificates.ca] };
  await using first = client(options);
  await using test = client(options);
  await first.ask(url);
  const all = pattern(40_000);
  for (let index = 0; index < 200; index++) {
    // Includes sizes around those of a TLS record and of one read.
    const body = all.subarray(index, index + (index < 150 ? index * 7 : 16_384 + (index - 175) * 4));
    const outcome = await test.send(url, body);
    assert(!(outcome instanceof TransportError), String(outcome));
    assert(body.equals(outcome.body), `body ${index} of ${body.length} bytes`);
  }
  assertEquals(test.seen, ["openssl"]);
});
