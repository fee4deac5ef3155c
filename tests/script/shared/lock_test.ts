import { assertEquals, assertThrows } from "@std/assert";
import { SharedLock } from "../../../lib/script/shared/lock.ts";

Deno.test("SharedLock.holdLong() calls onWait while another thread holds the lock", () => {
  const numbers = new Int32Array(new SharedArrayBuffer(4));
  const lock = new SharedLock(numbers, 0);
  numbers[0] = 1; // as held by another thread
  const calls: string[] = [];
  const onWait = () => {
    if (calls.push("wait") === 3) Atomics.store(numbers, 0, 0);
  };
  assertEquals(lock.holdLong(() => calls.push("work"), onWait, 1), 4);
  assertEquals([calls, numbers[0]], [["wait", "wait", "wait", "work"], 0]);
});

Deno.test("SharedLock is released if the work throws", () => {
  const numbers = new Int32Array(new SharedArrayBuffer(4));
  const lock = new SharedLock(numbers, 0);
  const fail = () => {
    throw new Error("broken");
  };
  for (const hold of [() => lock.hold(fail), () => lock.holdLong(fail, () => {})]) {
    assertThrows(hold, Error, "broken");
    assertEquals(numbers[0], 0);
  }
});
