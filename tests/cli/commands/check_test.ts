import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkText } from "../../../lib/cli/commands/check.ts";
import type { ClassInfo } from "../../../lib/engine/messages.ts";

const info = (classes: readonly ClassInfo[]) => ({ classes, hooks: [], thresholds: [], notes: [] });
const one = (name: string, host: string | null): ClassInfo => ({
  ...{ name, host, weight: 1, fixedCount: undefined, load: null, tasks: [] },
});

Deno.test("locust check says whose static host --host replaces", () => {
  const classes = [one("Visitor", "http://a.test"), one("Other", null), one("Same", "http://b.test")];
  const text = checkText("x.ts", info(classes), null, { host: "http://b.test" });
  assertStringIncludes(text, "  warning: --host replaces static host of Visitor; not all classes have the same one\n");
  const many = checkText("x.ts", info("ABCDEFG".split("").map((name) => one(name, "http://a.test"))), null, {
    host: "http://b.test",
  });
  assertStringIncludes(many, "  note: --host replaces static host of A, B, C, D, E and 2 more\n");
  assertEquals(checkText("x.ts", info(classes), null, { host: null }).includes("--host"), false);
});
