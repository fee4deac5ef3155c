// Connections from a user's own local address, over each transport.

import { assertEquals } from "@std/assert";
import { startEcho } from "../../helpers/servers/echo_server.ts";
import { testClient } from "../../helpers/http/client.ts";
import { TESTED } from "../../helpers/http/tested_transports.ts";
import { answer } from "./cases/case.ts";
import { startRecording } from "./seen_request.ts";
import { testTransport, wireRequest } from "./send.ts";
import { outcomeOf } from "./tls/tls.ts";

/** Only on Linux is every address of 127.0.0.0/8 a local one. */
const isLinux = Deno.build.os === "linux";

/** A server that answers with the client's address. */
function startMirror() {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accept = listener.accept.bind(listener);
  let from = "";
  listener.accept = async () => {
    const connection = await accept();
    from = (connection.remoteAddr as Deno.NetAddr).hostname;
    return connection;
  };
  return startRecording(() => answer(from), listener);
}

for (const transport of TESTED) {
  Deno.test({
    name: `${transport}: a connection is made from localAddress`,
    ignore: !isLinux,
    async fn() {
      await using server = startMirror();
      for (const localAddress of ["127.0.0.7", "127.0.0.8"]) {
        await using test = testTransport(transport, { localAddress });
        assertEquals(outcomeOf(await test.send(wireRequest(server.port))), localAddress);
      }
      await using test = testTransport(transport);
      assertEquals(outcomeOf(await test.send(wireRequest(server.port))), "127.0.0.1");
    },
  });

  Deno.test({
    name: `${transport}: a localAddress of another machine is a failure that says so`,
    ignore: !isLinux,
    async fn() {
      await using server = startMirror();
      await using test = testTransport(transport, { localAddress: "192.0.2.1" });
      const expected = "resources: localAddress is not an address of this machine";
      assertEquals(outcomeOf(await test.send(wireRequest(server.port))).slice(0, expected.length), expected);
    },
  });

  if (transport === "fetch") continue;
  Deno.test(`${transport}: a host without an address of localAddress's family is unreachable`, async () => {
    await using server = startMirror();
    await using test = testTransport(transport, { localAddress: "::1" });
    const expected = "unreachable: the host has no address of localAddress's family";
    assertEquals(outcomeOf(await test.send(wireRequest(server.port))), expected);
  });
}

Deno.test({
  name: "a WebSocket is opened from localAddress",
  ignore: !isLinux,
  async fn() {
    await using server = startEcho();
    await using test = testClient(server.url, { localAddress: "127.0.0.9" });
    await using socket = await test.client.ws("/ws");
    socket.send("hello");
    assertEquals(await socket.receive(), "hello");
  },
});
