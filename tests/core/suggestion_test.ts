import { assertEquals } from "@std/assert";
import { didYouMean, nearestName } from "../../lib/core/suggestion.ts";

const NAMES = ["users", "duration", "rate", "stop-timeout", "log-level"];

for (
  const [given, expected] of [
    ["user", "users"],
    ["usres", "users"],
    ["dur", "duration"],
    ["stoptimeout", "stop-timeout"],
    ["LOG", "log-level"],
    ["rat", "rate"],
    ["no-users", "users"],
    ["rtae", "rate"],
    ["frob", null],
    ["bogus", null],
    ["__proto__", null],
  ] as const
) {
  Deno.test(`nearestName() suggests ${expected ?? "nothing"} when given ${given}`, () => {
    assertEquals(nearestName(given, NAMES), expected);
  });
}

Deno.test("didYouMean() suggests a near name, and lists them all where none is near", () => {
  assertEquals(didYouMean("user", ["users", "rate"]), ', did you mean "users"?');
  assertEquals(didYouMean("frob", ["users", "rate"]), ", expected one of users, rate");
});
