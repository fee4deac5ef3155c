// Agents that do not take part: what is said of them, and how often.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { LeftOut } from "../../../lib/cluster/coordinator/left_out.ts";
import { PROTOCOL } from "../../../lib/cluster/wire/protocol.ts";

const JOIN = { agent: "a", name: "one", version: "0.0.1", protocol: PROTOCOL, cores: 1 };

Deno.test("an agent that changes again and again between busy and another version causes no endless log", () => {
  const lines: string[] = [];
  const leftOut = new LeftOut((_, text) => lines.push(text));
  for (let time = 0; time < 100; time++) {
    leftOut.noteBusy(JOIN);
    leftOut.noteVersion(JOIN);
  }
  assertEquals(lines.length, 10);
  assertStringIncludes(leftOut.text, "1 has another version (one)");
});
