// Requests through proxies, over each transport.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { PROXY_VARIABLES } from "../../../lib/http/proxy.ts";
import { testClient } from "../../helpers/http/client.ts";
import { TESTED } from "../../helpers/http/tested_transports.ts";
import { aloneTest } from "../../helpers/timed_test.ts";
import { startProxy, type TestProxyOptions } from "../../helpers/servers/test_proxy.ts";
import { startRecording } from "./seen_request.ts";
import { testTransport, wireRequest } from "./send.ts";
import { certificates, NO_CERTIFICATES, outcomeOf, secure, startTls, tlsTest } from "./tls/tls.ts";

const trusting = () => ({ caCerts: [certificates.ca] });
/** A port without a listener. */
const NOBODY = "http://127.0.0.1:9";

/** Sets variables until the end of a test. */
function withVariables(variables: Readonly<Record<string, string>>): Disposable {
  const before = PROXY_VARIABLES.map((name) => [name, Deno.env.get(name)] as const);
  for (const name of PROXY_VARIABLES) Deno.env.delete(name);
  for (const [name, value] of Object.entries(variables)) Deno.env.set(name, value);
  return {
    [Symbol.dispose]() {
      for (const [name, value] of before) value === undefined ? Deno.env.delete(name) : Deno.env.set(name, value);
    },
  };
}

for (const transport of TESTED) {
  Deno.test(`${transport}: an http request goes to the proxy in absolute form, with credentials, over one connection`, async () => {
    await using server = startRecording();
    const authorization = `Basic ${btoa("me:p@ss")}`;
    await using proxy = startProxy({ authorization });
    await using test = testTransport(transport, { proxy: proxy.url.replace("//", "//me:p%40ss@") });
    assertEquals(outcomeOf(await test.send(wireRequest(server.port, { path: "/a?b=1" }))), "hello");
    assertEquals(outcomeOf(await test.send(wireRequest(server.port, { path: "/c" }))), "hello");
    assertEquals(proxy.lines[0], `GET http://127.0.0.1:${server.port}/a?b=1 HTTP/1.1`);
    assertEquals([proxy.credentials[0], server.requests.length], [authorization, 2]);
    const host = server.requests[0]!.headers.find(([name]) => name.toLowerCase() === "host")?.[1];
    assertEquals(host ?? `127.0.0.1:${server.port}`, `127.0.0.1:${server.port}`);
  });

  tlsTest(`${transport}: an https request goes through a tunnel, and the server's certificate is checked`, async () => {
    await using server = startTls(certificates.local);
    const hasCredentials = transport !== "fetch"; // which would send them to the server, too
    await using proxy = startProxy(hasCredentials ? { authorization: `Basic ${btoa("me:pw")}` } : {});
    const url = hasCredentials ? proxy.url.replace("//", "//me:pw@") : proxy.url;
    await using test = testTransport(transport, { ...trusting(), proxy: url });
    for (let round = 0; round < 3; round++) assertEquals(outcomeOf(await test.send(secure(server.port))), "hello");
    assertEquals([...new Set(proxy.lines)], [`CONNECT localhost:${server.port} HTTP/1.1`]);
    if (transport !== "fetch") assertEquals(proxy.lines.length, 1); // hyper may not see in time that a connection is idle
    await using wary = testTransport(transport, { proxy: url });
    assertEquals(outcomeOf(await wary.send(secure(server.port))), "tls: TLS: certificate issuer is unknown");
    // Deno's fetch sends the proxy's credentials to the server, too.
  });

  tlsTest(`${transport}: an https server never gets the credentials of the proxy`, async () => {
    await using server = startTls(certificates.local);
    await using proxy = startProxy();
    for (const scheme of transport === "fetch" ? ["http", "https"] : ["http"]) {
      const url = `${scheme}://me:pw@127.0.0.1:${proxy.port}`;
      await using test = testTransport(transport, { ...trusting(), proxy: url });
      const outcome = outcomeOf(await test.send(secure(server.port)));
      const refusal = "fetch would send the proxy's credentials to the https server, too: use the socket transport";
      assertEquals(outcome, transport === "fetch" ? `unsupported: ${refusal}` : "hello");
    }
    assert(server.requests.every(({ raw }) => !/proxy-authorization/i.test(raw)));
    assertEquals(server.requests.length, transport === "fetch" ? 0 : 1);
  });

  tlsTest(`${transport}: each connection of many through a proxy has its own tunnel`, async () => {
    await using server = startTls(certificates.local);
    await using proxy = startProxy();
    await using test = testTransport(transport, { ...trusting(), proxy: proxy.url, keepAlive: false });
    for (let round = 0; round < 4; round++) assertEquals(outcomeOf(await test.send(secure(server.port))), "hello");
    const both = await Promise.all([test.send(secure(server.port)), test.send(secure(server.port))]);
    assertEquals(both.map(outcomeOf), ["hello", "hello"]);
    assertEquals([proxy.lines.length, server.connections], [6, 6]);
  });

  const refusals: readonly (readonly [what: string, options: TestProxyOptions, expected: RegExp])[] = [
    [
      "wants credentials",
      { authorization: "x" },
      /^refused: proxy: 407 Proxy Authentication Required$|^refused: proxy/,
    ],
    ["refuses", { refusal: "403 Forbidden" }, /^refused: proxy: 403 Forbidden$|^refused: proxy/],
    ["closes", { isSilent: true }, /^refused: proxy: connection closed before an answer$|^(refused|truncated|reset): /],
  ];
  for (const [what, options, expected] of refusals) {
    tlsTest(`${transport}: a proxy that ${what} instead of a tunnel fails the request`, async () => {
      await using server = startTls(certificates.local);
      await using proxy = startProxy(options);
      await using test = testTransport(transport, { ...trusting(), proxy: proxy.url });
      const outcome = outcomeOf(await test.send(secure(server.port)));
      assertMatch(outcome, expected);
      if (transport !== "fetch") assertMatch(outcome, /^refused: proxy: /);
      assertEquals(server.connections, 0);
    });
  }

  Deno.test(`${transport}: a proxy's own answer to a plain request is the answer`, async () => {
    await using proxy = startProxy({ refusal: "503 Not now" });
    await using test = testTransport(transport, { proxy: proxy.url });
    const outcome = await test.send(wireRequest(12_345));
    assertEquals("status" in outcome ? outcome.status : outcome.message, 503);
  });

  Deno.test(`${transport}: a proxy port without a listener is refused`, async () => {
    await using test = testTransport(transport, { proxy: NOBODY });
    assertEquals(outcomeOf(await test.send(wireRequest(12_345))), "refused: connection refused");
  });

  aloneTest(`${transport}: environment variables are ignored, and so is NO_PROXY with an explicit proxy`, async () => {
    await using server = startRecording();
    await using secured = startTls(certificates.local);
    await using proxy = startProxy();
    using _ = withVariables({ HTTP_PROXY: NOBODY, HTTPS_PROXY: NOBODY, ALL_PROXY: NOBODY, NO_PROXY: "*" });
    await using direct = testTransport(transport, trusting());
    assertEquals(outcomeOf(await direct.send(wireRequest(server.port))), "hello");
    assertEquals(outcomeOf(await direct.send(secure(secured.port))), "hello");
    await using through = testTransport(transport, { ...trusting(), proxy: proxy.url });
    assertEquals(outcomeOf(await through.send(wireRequest(server.port))), "hello");
    assertEquals(outcomeOf(await through.send(secure(secured.port))), "hello");
    assertEquals(proxy.lines.length, 2);
    assertEquals([Deno.env.get("HTTP_PROXY"), Deno.env.get("NO_PROXY")], [NOBODY, "*"]);
  }, NO_CERTIFICATES);
}

tlsTest("an interim answer before a tunnel is skipped", async () => {
  await using server = startTls(certificates.local);
  await using proxy = startProxy({ interim: "HTTP/1.1 103 Wait\r\n\r\n" });
  for (const transport of ["socket", "socket over Node"] as const) {
    await using test = testTransport(transport, { ...trusting(), proxy: proxy.url });
    assertEquals(outcomeOf(await test.send(secure(server.port))), "hello");
  }
});

tlsTest("a WebSocket over TLS goes through a tunnel", async () => {
  await using proxy = startProxy();
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {}, ...certificates.local },
    (request) => {
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.onmessage = ({ data }) => socket.send(data);
      return response;
    },
  );
  const { port } = server.addr;
  await using test = testClient(`https://localhost:${port}`, { ...trusting(), proxy: proxy.url });
  const socket = await test.client.ws("/ws");
  socket.send("hello");
  assertEquals(await socket.receive(), "hello");
  await socket.close();
  assertEquals(new Set(proxy.lines), new Set([`CONNECT localhost:${port} HTTP/1.1`]));
});
