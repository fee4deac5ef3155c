import { assertEquals, assertRejects } from "@std/assert";
import { InterruptedError, interruptSleepers, sleep, sleepMs } from "../../lib/script/sleep.ts";

Deno.test("sleep() for longer than a timer's maximum lasts until it is interrupted", async () => {
  for (const begin of [() => sleep("1000h"), () => sleepMs(Infinity)]) {
    const pause = begin();
    assertEquals(await Promise.race([pause.then(() => "ended"), sleep("20ms").then(() => "goes on")]), "goes on");
    interruptSleepers();
    await assertRejects(() => pause, InterruptedError);
  }
});

Deno.test("sleepMs() for longer than a timer's maximum uses several timers", async () => {
  const { setTimeout } = globalThis;
  const delaysMs: number[] = [];
  globalThis.setTimeout = ((callback: () => void, ms: number) => {
    delaysMs.push(ms);
    return setTimeout(callback, 0);
  }) as typeof setTimeout;
  try {
    await sleepMs(5e9);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
  assertEquals(delaysMs, [2147483647, 2147483647, 5e9 - 2 * 2147483647]);
});
