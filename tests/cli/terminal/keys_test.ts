import { assert, assertEquals } from "@std/assert";
import { keyActions, keysLine } from "../../../lib/cli/terminal/keys.ts";

/** Returns what keys do, in short: `+1`, `-10`, `pause`. */
function actionsOf(keys: string): string[] {
  return keyActions(new TextEncoder().encode(keys)).map((action) =>
    action.kind === "users" ? (action.count > 0 ? `+${action.count}` : String(action.count)) : action.kind
  );
}

for (
  const [keys, actions] of [
    ["+", ["+1"]],
    ["=", ["+1"]],
    ["-", ["-1"]],
    ["_", ["-1"]],
    ["\x1b[A", ["+10"]],
    ["\x1b[B", ["-10"]],
    ["\x1bOA\x1bOB", ["+10", "-10"]],
    ["p P", ["pause", "pause", "pause"]],
    ["qQ", ["stop", "stop"]],
    ["?hH", ["help", "help", "help"]],
    ["\x03", ["interrupt"]],
    ["+-\x1b[A?q", ["+1", "-1", "+10", "help", "stop"]],
  ] as const
) {
  Deno.test(`keyActions() of ${JSON.stringify(keys)} is ${actions.join(", ")}`, () => {
    assertEquals(actionsOf(keys), [...actions]);
  });
}

Deno.test("keyActions() ignores any other key and all parts of its sequence", () => {
  const others = ["", "a", "1", "\r", "\n", "\t", "\x04", "\x1a", "\x7f", "é", "你", "👍", "\x1b"];
  const sequences = ["\x1b[C", "\x1b[5~", "\x1b[1;5A", "\x1b[?1;2q", "\x1b[[A", "\x1bOq", "\x1bq", "\x1bp", "\x1b[ q"];
  for (const key of [...others, ...sequences]) assertEquals(actionsOf(key), [], JSON.stringify(key));
  assertEquals(actionsOf(`\x1b[5~+${sequences[2]}-`), ["+1", "-1"]);
});

Deno.test("keyActions() ignores invalid bytes and incomplete sequences", () => {
  assertEquals(keyActions(new Uint8Array([0xff, 0xc3, 0x80, 0xe2, 0x86])), []);
  assertEquals([...actionsOf("\x1b["), ...actionsOf("A")], []);
});

Deno.test("keysLine() names every key, and fits 60 columns", () => {
  const line = keysLine({ isHelp: true, isPaused: false, isEnding: false });
  for (const key of ["+ -", "↑ ↓", "p pause", "q stop", "?"]) assert(line.includes(key), key);
  assert(line.length < 60);
  assert(keysLine({ isHelp: true, isPaused: true, isEnding: false }).includes("p go on"));
  assertEquals(keysLine({ isHelp: false, isPaused: false, isEnding: false }), "? for keys");
  assertEquals(keysLine({ isHelp: true, isPaused: false, isEnding: true }), "q or Ctrl-C again ends at once");
});
