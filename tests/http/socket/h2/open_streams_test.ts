// The open streams of a connection, compared with a Map, and the memory of those that are closed.

import { assert, assertEquals } from "@std/assert";
import { getHeapSpaceStatistics } from "node:v8";
import { collectGarbage } from "../../../../lib/engine/worker/watch/collect_garbage.ts";
import { OpenStreams } from "../../../../lib/http/socket/h2/open_streams.ts";
import { seededRandom } from "../../../helpers/random.ts";

/** Bytes of the old generation in use. */
function oldBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name: name }) => name === "old_space")!.space_used_size;
}

Deno.test("OpenStreams has the same streams as a Map, in the same order, whichever end first", () => {
  const random = seededRandom(1);
  for (const most of [1, 3, 10, 300]) {
    const streams = new OpenStreams<{ readonly id: number }>();
    const expected = new Map<number, { readonly id: number }>();
    for (let id = 1; id < 6000; id += 2) {
      const stream = { id };
      streams.add(stream);
      expected.set(id, stream);
      while (expected.size > random() * most) {
        const ids = [...expected.keys()];
        const ended = ids[Math.floor(random() * ids.length)]!;
        streams.remove(ended);
        streams.remove(ended); // once more changes nothing
        expected.delete(ended);
      }
      assertEquals(streams.size, expected.size);
      const asked = 1 + 2 * Math.floor(random() * id / 2);
      assert(streams.get(asked) === expected.get(asked));
      assertEquals(streams.get(0), undefined);
      if (id % 100 === 1) assertEquals(streams.all(), [...expected.values()]);
    }
    for (const [id, stream] of expected) assert(streams.get(id) === stream);
  }
});

Deno.test("OpenStreams keeps streams that have ended no longer than until the next collection of young objects", () => {
  const streams = new OpenStreams<{ readonly id: number; readonly load: number[] }>();
  const openOneEndOne = (count: number) => {
    streams.add({ id: 2 * count + 1, load: new Array(100).fill(count) });
    if (count >= 10) streams.remove(2 * (count - 10) + 1);
  };
  for (let count = 0; count < 100; count++) openOneEndOne(count);
  collectGarbage();
  const startBytes = oldBytes();
  let mostBytes = startBytes;
  for (let count = 100; count < 40_000; count++) { // 33 MB; of a Map, 9 MB get old
    openOneEndOne(count);
    if (count % 100 === 0) mostBytes = Math.max(mostBytes, oldBytes());
  }
  assert(mostBytes - startBytes < 1_000_000, `${mostBytes - startBytes} bytes got old`);
});
