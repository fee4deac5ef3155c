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
  Deno.test(`nearestName() suggests ${expected ?? "nothing"} for ${given}`, () => {
    assertEquals(nearestName(given, NAMES), expected);
  });
}

Deno.test("didYouMean() suggests a similar name, or lists all names", () => {
  assertEquals(didYouMean("user", ["users", "rate"]), ', did you mean "users"?');
  assertEquals(didYouMean("frob", ["users", "rate"]), ", expected one of users, rate");
});
