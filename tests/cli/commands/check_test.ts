import { assertEquals, assertStringIncludes } from "@std/assert";
import { checkText } from "../../../lib/cli/commands/check.ts";
import type { ClassInfo } from "../../../lib/engine/messages.ts";

const info = (classes: readonly ClassInfo[]) => ({ classes, hooks: [], thresholds: [], notes: [] });
const one = (name: string, host: string | null): ClassInfo => ({
  ...{ name, host, weight: 1, fixedCount: undefined, load: null, tasks: [] },
});

Deno.test("locust check says which classes ignore --host, for their static host comes first", () => {
  const classes = [one("Visitor", "http://a.test"), one("Other", null), one("Same", "http://b.test")];
  const text = checkText("x.ts", info(classes), null, { host: "http://b.test" });
  assertStringIncludes(text, "  warning: --host is not used by Visitor: its static host comes first\n");
  const many = checkText("x.ts", info("ABCDEFG".split("").map((name) => one(name, "http://a.test"))), null, {
    host: "http://b.test",
  });
  assertStringIncludes(many, "--host is not used by A, B, C, D, E and 2 more: their static host comes first\n");
  assertEquals(checkText("x.ts", info(classes), null, { host: null }).includes("--host"), false);
});
