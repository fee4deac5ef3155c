// The response fixtures of llhttp 9.4.2, Node's parser: each transport agrees with it, or the table states why not.

import { assertThrows } from "@std/assert";
import { TESTED, type Tested } from "../../../helpers/http/tested_transports.ts";
import { outcomesOf, verify } from "../cases/run_case.ts";
import { FRAMING } from "./cases_framing.ts";
import { HEADS } from "./cases_heads.ts";
import type { LlhttpCase } from "./llhttp_case.ts";

async function run(transport: Tested, one: LlhttpCase): Promise<void> {
  const differs = one[transport === "fetch" ? "fetch" : "socket"];
  // Twice: the second answer meets state left by the first, such as the cached header block.
  for (const outcome of await outcomesOf(transport, { ...one, closes: true }, ["whole", "whole"])) {
    verify(outcome, differs ?? one.llhttp);
    if (differs !== undefined) assertThrows(() => verify(outcome, one.llhttp), Error, "", "it does not differ");
  }
}

for (const transport of TESTED) {
  for (const one of [...HEADS, ...FRAMING]) {
    const because = one[transport === "fetch" ? "fetch" : "socket"]?.because;
    const says = because === undefined ? "agrees with llhttp" : `differs from llhttp (${because})`;
    Deno.test(`${transport} ${says}: ${one.name}`, () => run(transport, one));
  }
}
