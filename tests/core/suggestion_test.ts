import { assertEquals } from "@std/assert";
import { nearestName } from "../../lib/core/suggestion.ts";

const NAMES = ["users", "duration", "rate", "stop-timeout", "log-level"];

for (
  const [given, expected] of [
    ["user", "users"],
    ["usres", "users"],
    ["dur", "duration"],
    ["stoptimeout", "stop-timeout"],
    ["LOG", "log-level"],
    ["rat", "rate"],
  ] as const
) {
  Deno.test(`nearestName() suggests ${expected} when given ${given}`, () => {
    assertEquals(nearestName(given, NAMES), expected);
  });
}
