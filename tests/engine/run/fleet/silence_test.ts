import { assert, assertEquals, assertMatch } from "@std/assert";
import { type Activity, CHECK_EVERY_MS, Silence } from "../../../../lib/engine/run/fleet/silence.ts";

const START_TIMEOUT_MS = 60_000;

/** Returns what is found in so many seconds, as `SECONDS kind: text`, up to the death of the worker. */
function findings(activity: Activity, seconds: number, isTalking: boolean): string[] {
  const silence = new Silence(START_TIMEOUT_MS);
  silence.end();
  silence.begin(activity);
  const found: string[] = [];
  for (let ms = CHECK_EVERY_MS; ms <= seconds * 1000; ms += CHECK_EVERY_MS) {
    if (isTalking) silence.end();
    const finding = silence.check();
    if (finding !== null) found.push(`${ms / 1000} ${finding.kind}: ${finding.text}`);
    if (finding?.kind === "dead") break;
  }
  return found;
}

const STILL = "it may take 1m (--start-timeout), Ctrl-C stops the run";

for (const isTalking of [true, false]) {
  const how = isTalking ? "waits" : "computes";
  Deno.test(`a setup() that ${how} is logged after 5 s, and given up only after the start timeout`, () => {
    assertEquals(findings("setup", 1000, isTalking), [
      `5 slow: Still in setup() after 5s; ${STILL}`,
      `35 slow: Still in setup() after 35s; ${STILL}`,
      "60.5 dead: it is still in setup() after the start timeout of 1m",
    ]);
  });

  Deno.test(`a locustfile that ${how} at its top level is logged after 5 s, and given up after the start timeout`, () => {
    const found = findings("import", 1000, isTalking);
    assertEquals(found[0], `5 slow: Still importing the locustfile after 5s; ${STILL}`);
    assertMatch(found.at(-1)!, /^60\.5 dead: it is still importing the locustfile after the start timeout of 1m$/);
  });
}

Deno.test("a teardown() that computes is logged after 5 s, and given up after the start timeout", () => {
  assertEquals(findings("teardown", 1000, false), [
    "5 slow: Still in teardown() after 5s",
    "35 slow: Still in teardown() after 35s",
    "60.5 dead: teardown() has not yielded for 1m, the start timeout",
  ]);
});

Deno.test("a teardown() that waits has no limit", () => assertEquals(findings("teardown", 1000, true), []));

for (const activity of ["load", "idle"] as const) {
  Deno.test(`a worker that is silent while its activity is ${activity} is named after 10 s and given up after 30 s`, () => {
    const [named, dead, ...others] = findings(activity, 1000, false);
    assertMatch(
      named!,
      /^10 silent: its event loop has stood still for 10s( during the load)?; a loop .* never yields$/,
    );
    assertMatch(
      dead!,
      /^30\.5 dead: its event loop has stood still for 30s( during the load)?; .* or it ended itself$/,
    );
    assertEquals(others, []);
  });

  Deno.test(`a worker that reports while its activity is ${activity} is left alone`, () => {
    assertEquals(findings(activity, 1000, true), []);
  });
}

Deno.test("a worker is left alone before its first message", () => {
  const silence = new Silence(START_TIMEOUT_MS);
  for (let checks = 0; checks < 1000; checks++) assertEquals(silence.check(), null);
});

Deno.test("each message of a worker, and each new activity, ends its silence", () => {
  const silence = new Silence(START_TIMEOUT_MS);
  silence.end();
  silence.begin("load");
  for (let checks = 0; checks < 60; checks++) silence.check();
  silence.end();
  assert(silence.check()?.kind !== "dead");
  for (let checks = 0; checks < 58; checks++) silence.check();
  silence.begin("teardown");
  assertEquals(silence.check(), null);
});
