import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { type Flag, longNames } from "../../../lib/cli/flags/flag.ts";
import { FLAGS } from "../../../lib/cli/flags/flags.ts";
import { greetingText } from "../../../lib/cli/commands/greeting.ts";
import { helpText } from "../../../lib/cli/commands/help.ts";
import { versionLine } from "../../../lib/cli/commands/version_line.ts";

const LONG = "one-of-the-longest-names-that-anybody-has-ever-thought-of";

const WILD_TABLE: readonly Flag[] = [
  { key: "a", long: LONG, aliases: [`${LONG}-too`], short: "a", value: "value", group: "G", help: "x".repeat(200) },
  { key: "b", long: "b", kind: "boolean", group: "G", help: "words ".repeat(60).trim() },
  { key: "c", long: "c", kind: "repeatable", group: "H", help: "a header" },
];

function assertFits(text: string) {
  for (const line of text.split("\n")) assert(line.length <= 80, `${line.length} columns: ${line}`);
}

Deno.test("helpText() fits 80 columns and mentions every flag", () => {
  const text = helpText();
  assertFits(text);
  for (const flag of FLAGS) {
    for (const name of longNames(flag)) assertStringIncludes(text, `--${name}`);
    if (flag.short !== undefined) assertStringIncludes(text, `-${flag.short}, --`);
    assertStringIncludes(text, `${flag.group}:\n`);
  }
  assertEquals(text.match(/ $/m), null);
});

Deno.test("helpText() shows the defaults of the options", () => {
  const text = helpText().replaceAll(/\s+/g, " ");
  for (const words of ["users to run (default: 1)", "(default: one per core)", "after a stop (default: 10s)"]) {
    assertStringIncludes(text, words);
  }
});

Deno.test("helpText() fits 80 columns with any table", () => {
  const text = helpText(WILD_TABLE);
  assertFits(text);
  assertStringIncludes(text, "a header (repeatable)");
  assertFits(helpText([]));
});

Deno.test("helpText() has no colours by default", () => {
  assertEquals(helpText(), stripAnsiCode(helpText()));
});

Deno.test({
  name: "helpText() colours headings and flags when asked, and nothing else changes (needs NO_COLOR unset)",
  ignore: Deno.noColor, // @std/fmt then colours nothing at all
  fn() {
    const colored = helpText(FLAGS, { isColored: true });
    assert(colored !== helpText());
    assertEquals(stripAnsiCode(colored), helpText());
  },
});

Deno.test("greetingText() fits 80 columns", () => assertFits(greetingText()));

Deno.test("versionLine() names program, runtime and platform", async () => {
  const { version } = JSON.parse(await Deno.readTextFile(new URL("../../../deno.json", import.meta.url)));
  assertMatch(versionLine(), /^locust \S+ \(deno \d+\.\d+\.\d+\S*, [\w-]+\)$/);
  assertStringIncludes(versionLine(), `locust ${version} (`);
});
