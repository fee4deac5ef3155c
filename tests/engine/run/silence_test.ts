import { assertEquals } from "@std/assert";
import { Silence } from "../../../lib/engine/run/silence.ts";

/** Returns how many checks it takes until the worker is taken for dead; `null` if 1000 are not enough. */
function checksUntilDead(silence: Silence): number | null {
  for (let checks = 1; checks <= 1000; checks++) if (silence.check()) return checks;
  return null;
}

Deno.test("a worker that takes long to start is not taken for dead", () => {
  assertEquals(checksUntilDead(new Silence()), null);
});

Deno.test("a worker that says nothing after its first word is taken for dead after 10 s, two checks a second", () => {
  const silence = new Silence();
  silence.end();
  assertEquals(checksUntilDead(silence), 21); // the first may come right after the word
});

Deno.test("each word of a worker is the end of its silence", () => {
  const silence = new Silence();
  silence.end();
  for (let checks = 0; checks < 20; checks++) silence.check();
  silence.end();
  assertEquals(checksUntilDead(silence), 21);
});
