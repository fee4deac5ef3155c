import { assertEquals } from "@std/assert";
import * as mod from "@x/locust";

Deno.test("the module exports what locustfiles and programs need (PARITY 21)", () => {
  const names = [
    "User",
    "HttpUser",
    "LocustClientSession",
    "Runner",
    "events",
    "shared",
    "log",
    "sleep",
    "assert",
  ] as const;
  assertEquals(names.filter((name) => mod[name] === undefined), []);
});
