// Ends of idle TLS connections that have arrived, but have not been read, when the next request is written.

import { assertEquals } from "@std/assert";
import { openSsl } from "../../../../lib/http/socket/net/epoll/openssl.ts";
import { systemCalls } from "../../../../lib/http/socket/net/epoll/system_calls.ts";
import { startClosingServer } from "../connections/closing_server.ts";
import { testTransport } from "../send.ts";
import { certificates, outcomeOf, secure, tlsTest } from "./tls.ts";

const canKnow = systemCalls !== null && openSsl() !== null;
const WHY_NOT = canKnow ? "" : " (does nothing: no system calls of our own here)";
const BODY = new TextEncoder().encode("to be read once");

for (const method of ["GET", "POST"]) {
  tlsTest(
    `socket: a ${method} after an unread end of its TLS connection does not count as a repeat${WHY_NOT}`,
    async () => {
      if (!canKnow) return;
      await using server = await startClosingServer("end", certificates.local);
      const request = { ...secure(server.port), method, body: method === "POST" ? BODY : null };
      let seen;
      {
        await using test = testTransport("socket", { insecure: true });
        assertEquals(outcomeOf(await test.send(secure(server.port))), "hello");
        server.closeFirst();
        assertEquals(outcomeOf(await test.send(request)), "hello");
        seen = test.seen;
      }
      assertEquals(seen, { connected: 2, repeats: 0 });
      assertEquals(await server.requests(), [0, 1]);
    },
  );
}
