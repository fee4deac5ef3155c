import { assertEquals, assertThrows } from "@std/assert";
import { createSharedMemory, SharedTable } from "../../../lib/script/shared/shared_table.ts";

Deno.test("SharedTable has one slot per name for all views, and throws when it is full", () => {
  const memory = createSharedMemory();
  const [one, two] = [new SharedTable(memory), new SharedTable(memory)];
  assertEquals([one.slot("a"), one.slot("b"), two.slot("b"), two.slot("a"), two.slot("ä")], [0, 1, 1, 0, 2]);
  assertEquals([one.add(0, 5), two.add(0, -2), one.add(1, 1), one.add(0, 0)], [0, 5, 0, 3]);
  assertThrows(() => one.slot("x".repeat(113)), RangeError, "name too long");
  for (let index = 3; index < 256; index++) one.slot(`n${index}`);
  assertThrows(() => two.slot("one more"), RangeError, "too many names");
});

Deno.test("SharedTable grows for data, and throws beyond its limit", () => {
  const memory = createSharedMemory();
  const [one, two] = [new SharedTable(memory), new SharedTable(memory)];
  const start = one.dataEnd;
  one.reach(start + 5_000_000);
  new Uint8Array(memory, start + 4_999_999, 1)[0] = 7;
  one.dataEnd = start + 5_000_000;
  assertEquals([two.dataEnd, new Uint8Array(memory, start + 4_999_999, 1)[0]], [start + 5_000_000, 7]);
  const error = assertThrows(() => two.reach(memory.maxByteLength + 1), RangeError);
  assertEquals(
    error.message,
    `not enough shared memory, expected at most ${memory.maxByteLength - start} bytes of data in all`,
  );
});
