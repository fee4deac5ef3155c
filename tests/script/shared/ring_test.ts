import { assertEquals } from "@std/assert";
import { SharedRing } from "../../../lib/script/shared/ring.ts";
import { seededRandom } from "../../helpers/random.ts";

const HEADER_BYTES = 64;

function ringOf(bytes: number): SharedRing {
  return new SharedRing({
    memory: new SharedArrayBuffer(8 + HEADER_BYTES + bytes),
    offsetBytes: 8,
    bytes: HEADER_BYTES + bytes,
  });
}

const record = (length: number, fill = length) => new Uint8Array(length).fill(fill);

Deno.test("SharedRing returns records in order, for all lengths and wrap-around positions", () => {
  for (const capacity of [13, 64, 101]) {
    const [ring, kept] = [ringOf(capacity), [] as Uint8Array[]];
    const random = seededRandom(capacity);
    for (let turn = 0; turn < 5000; turn++) {
      const next = record(Math.floor(random() * (capacity - 3)), turn);
      const isRoom = kept.reduce((sum, one) => sum + 4 + one.length, 4 + next.length) <= capacity;
      assertEquals(ring.push(next), isRoom);
      if (isRoom) kept.push(next);
      if (!isRoom || random() < 0.3) assertEquals(ring.shift(), kept.shift() ?? null);
      assertEquals(ring.length, kept.length);
    }
  }
});

Deno.test("SharedRing rejects records longer than itself, and uses its last byte", () => {
  const ring = ringOf(16);
  assertEquals([ring.maxRecordBytes, ring.push(record(13)), ring.pushOver(record(13))], [12, false, false]);
  assertEquals([ring.push(record(12)), ring.push(record(0)), ring.length], [true, false, 1]);
  assertEquals([ring.shift(), ring.shift()], [record(12), null]);
});

Deno.test("SharedRing counts the records that a reader missed", () => {
  const ring = ringOf(20);
  const begin = ring.end;
  assertEquals(ring.read(begin), null);
  for (const fill of [1, 2, 3]) ring.pushOver(record(4, fill));
  const found = ring.read(begin)!;
  assertEquals([found.record, found.missed, found.after], [record(4, 2), 1, { next: 2, position: 16 }]);
  assertEquals(ring.read(found.after)!.record, record(4, 3));
  assertEquals(ring.read(ring.end), null);
});
