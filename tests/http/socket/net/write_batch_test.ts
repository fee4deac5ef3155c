// When requests are written.

import { assertEquals } from "@std/assert";
import { WriteBatch } from "../../../../lib/http/socket/net/write_batch.ts";

const COUNT = 3000;

/** Runs one turn of the event loop, in which the batch's turn ends. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

for (const isStorm of [false, true]) {
  Deno.test(`every request is written, once, in order${isStorm ? ", also while many connect" : ""}`, async () => {
    let isStormNow = isStorm;
    const batch = new WriteBatch(() => isStormNow);
    const written: number[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    for (let index = 0; index < COUNT; index++) {
      batch.add({
        write() {
          written.push(index);
          if (index === 100) isStormNow = false;
          if (index === COUNT - 1) resolve();
        },
      });
    }
    if (isStorm) assertEquals(written, [], "writes give way");
    else assertEquals(written, [0], "the first one goes at once, the others at the end of the turn");
    await promise;
    assertEquals(written, Array.from({ length: COUNT }, (_, index) => index));
    await turn();
    batch.add({ write: () => written.push(COUNT) });
    assertEquals(written.length, COUNT + 1, "the first one of a turn goes at once");
    await turn();
  });
}
