// Ends of idle connections that have arrived, but have not been read, when the next request is written.

import { assertEquals } from "@std/assert";
import { systemCalls } from "../../../../lib/http/socket/net/epoll/system_calls.ts";
import type { WireRequest } from "../../../../lib/http/transport.ts";
import { testTransport, wireRequest } from "../send.ts";
import { startClosingServer } from "./closing_server.ts";
import { outcomeOf } from "./connection_case.ts";

const BODY = new TextEncoder().encode("to be read once");
const METHODS: readonly Partial<WireRequest>[] = [{ method: "GET" }, { method: "POST", body: BODY }];
const WHY_NOT = systemCalls === null ? " (skipped: no system calls of our own here)" : "";

for (const [ending, request] of METHODS.flatMap((one) => [["end", one], ["reset", one]] as const)) {
  Deno.test({
    name: `socket: a ${request.method} after an unread ${ending} of its connection moves to a new one, ` +
      `which does not count as a repeat${WHY_NOT}`,
    ignore: systemCalls === null,
    fn: async () => {
      await using server = await startClosingServer(ending);
      let seen;
      {
        await using test = testTransport("socket");
        assertEquals(outcomeOf(await test.send(wireRequest(server.port))), 200);
        server.closeFirst();
        assertEquals(outcomeOf(await test.send(wireRequest(server.port, request))), 200);
        seen = test.seen;
      }
      assertEquals(seen, { connected: 2, repeats: 0 });
      assertEquals(await server.requests(), [0, 1]);
    },
  });
}
