import { assertEquals, assertMatch } from "@std/assert";
import { longNames, variableOf } from "../../../lib/cli/flags/flag.ts";
import { FLAGS } from "../../../lib/cli/flags/flags.ts";
import { OPTION_KEYS } from "../../../lib/engine/options/resolve_options.ts";

Deno.test("FLAGS has each name once", () => {
  const names = FLAGS.flatMap((flag) => [...longNames(flag), ...(flag.short === undefined ? [] : [flag.short])]);
  assertEquals(names, [...new Set(names)]);
  assertEquals(new Set(FLAGS.map((flag) => flag.key)).size, FLAGS.length);
});

Deno.test("FLAGS has every option except those of the positional argument", () => {
  const keys = new Set<string>(FLAGS.map((flag) => flag.key));
  assertEquals(OPTION_KEYS.filter((key) => !keys.has(key)), ["locustfile", "url"]);
});

Deno.test("FLAGS is well formed", () => {
  for (const { long, short, help } of FLAGS) {
    assertMatch(long, /^[a-z]+(-[a-z]+)*$/);
    assertMatch(short ?? "x", /^[A-Za-z]$/);
    assertMatch(help, /^[^.].*[^.]$/);
  }
});

Deno.test("variableOf() derives the variable from the name", () => {
  assertEquals(variableOf("stop-timeout"), "LOCUST_STOP_TIMEOUT");
});
