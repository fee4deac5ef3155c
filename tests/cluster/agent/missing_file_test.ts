import { assertEquals, assertStringIncludes } from "@std/assert";
import { missingFileHint } from "../../../lib/cluster/agent/missing_file.ts";
import { failureOf } from "../../../lib/cluster/agent/failure.ts";
import { ScriptTexts } from "../../../lib/cluster/agent/script_texts.ts";
import { ScriptError } from "../../../lib/core/errors.ts";
import type { FromAgent } from "../../../lib/cluster/wire/protocol.ts";

function thrownBy(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return String(error);
  }
  throw new Error("Nothing was thrown");
}

Deno.test("missingFileHint() names the file of a relative path, of Deno and of Node.js, and how to open it", async () => {
  const errors = [
    thrownBy(() => Deno.readTextFileSync("none/data.json")),
    await Deno.open("none/data.json").then(String, String),
    await (await import("node:fs/promises")).readFile("none/data.json").then(String, String),
  ];
  for (const error of errors) {
    const hint = missingFileHint(`a: ${error}\n    at run (/tmp/locustfile.ts:1:1)`);
    assertStringIncludes(hint!, `add --include "none/data.json"`, error);
    assertStringIncludes(hint!, `new URL("./none/data.json", import.meta.url)`);
  }
  const absolute = missingFileHint(thrownBy(() => Deno.statSync("/none/data.json")));
  assertStringIncludes(absolute!, "add --include PATTERN");
});

Deno.test("missingFileHint() has none for what else cannot be found", () => {
  for (const error of ["NotFound: Failed to spawn 'x': entity not found", "Error: ENOTFOUND host", "404 Not Found"]) {
    assertEquals(missingFileHint(error), undefined);
  }
});

Deno.test("an import that fails for a file that an agent does not have tells of --include", () => {
  const text = `Cannot import "x": it threw ${thrownBy(() => Deno.readTextFileSync("data.json"))}`;
  assertStringIncludes(failureOf(new ScriptError(text)).hint!, `--include "data.json"`);
  assertEquals(failureOf(new ScriptError(text, { hint: "else" })).hint, "else");
});

Deno.test("the first error of such a file in the log is followed by the hint, once", () => {
  const sent: FromAgent[] = [];
  const texts = new ScriptTexts({ send: (message) => void sent.push(message), waiting: 0 });
  const text = thrownBy(() => Deno.readTextFileSync("data.json"));
  for (const level of ["info", "error", "error"] as const) texts.send({ type: "log", level, text, span: null });
  assertEquals(sent.map((one) => one.type === "log" && one.level), ["info", "error", "warning", "error"]);
});
