import { assertEquals } from "@std/assert";
import { isProgramError } from "../../lib/core/error_site.ts";

const OURS = new URL("../../lib/engine/worker/crew/user_crew.ts", import.meta.url).href;

function errorWith(...frames: readonly string[]): Error {
  const error = new Error("broken");
  error.stack = ["Error: broken", ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

const CASES: [what: string, error: unknown, isOurs: boolean][] = [
  ["of this program alone", errorWith(`f (${OURS}:3:7)`, "g (ext:deno_web/02_timers.js:1:1)"), true],
  ["with a frame of the user's", errorWith(`f (${OURS}:3:7)`, "run (file:///home/me/locustfile.ts:1:1)"), false],
  ["with a frame of a package", errorWith(`f (${OURS}:3:7)`, "g (file:///x/node_modules/pg/lib/client.js:1:1)"), false],
  ["of the runtime alone", errorWith("g (ext:deno_web/02_timers.js:1:1)"), false],
  ["without frames", errorWith(), false],
  ["that is not an Error", "text", false],
];
for (const [what, error, isOurs] of CASES) {
  Deno.test(`isProgramError() is ${isOurs} for an error ${what}`, () => assertEquals(isProgramError(error), isOurs));
}
