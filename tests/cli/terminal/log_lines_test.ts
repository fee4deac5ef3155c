import { assertEquals, assertStringIncludes } from "@std/assert";
import { logLines } from "../../../lib/cli/terminal/log_lines.ts";
import { FakeProcess } from "../../helpers/runs/fake_process.ts";

Deno.test("logLines() writes time, level and text from the minimum level", () => {
  const process = new FakeProcess();
  const log = logLines(process, "warning");
  log("info", "no");
  log("warning", "careful");
  log("error", "broken");
  assertEquals(process.stderr.text, "[03:04:05] WARNING careful\n[03:04:05] ERROR broken\n");
  assertEquals(process.stdout.text, "");
});

Deno.test({
  name: "logLines() colours the level on a terminal unless NO_COLOR is set (needs NO_COLOR unset)",
  ignore: Deno.noColor, // @std/fmt then colours nothing at all
  fn() {
    const colored = new FakeProcess({ isTerminal: true });
    logLines(colored, "info")("error", "broken");
    assertStringIncludes(colored.stderr.text, "\x1b[31mERROR\x1b[39m broken");
    const plain = new FakeProcess({ isTerminal: true, env: { NO_COLOR: "1" } });
    logLines(plain, "info")("error", "broken");
    assertEquals(plain.stderr.text, "[03:04:05] ERROR broken\n");
  },
});

Deno.test("logLines() writes to a given function", () => {
  const process = new FakeProcess();
  const lines: string[] = [];
  logLines(process, "debug", (text) => lines.push(text))("debug", "x");
  assertEquals(lines, ["[03:04:05] DEBUG x\n"]);
  assertEquals(process.stderr.text, "");
});
