import { assertEquals } from "@std/assert";
import { QueueDesk } from "../../../lib/cluster/shared/queue_desk.ts";

const record = (number: number) => new Uint8Array([number]);

function takeAll(queue: QueueDesk): (number | undefined)[] {
  const taken: (number | undefined)[] = [];
  for (let count = queue.size; count > 0; count--) queue.take("k", false, (one) => taken.push(one?.[0]));
  return taken;
}

Deno.test("QueueDesk gives records first in, first out, to takers in the order of their calls", () => {
  const queue = new QueueDesk();
  const got: string[] = [];
  for (const key of ["a", "b", "c"]) queue.take(key, true, (one) => got.push(`${key}${one?.[0] ?? "-"}`));
  queue.cancel("b");
  for (let number = 0; number < 4; number++) queue.push(record(number));
  assertEquals(got, ["b-", "a0", "c1"]);
  queue.putBack(record(9));
  assertEquals(takeAll(queue), [9, 2, 3]);
  queue.take("d", false, (one) => got.push(`d${one}`));
  assertEquals(got.at(-1), "dnull");
});

Deno.test("QueueDesk refuses what does not fit, has room again after a take, and forgets takers of a lost machine", () => {
  const queue = new QueueDesk(20);
  for (let number = 0; number < 4; number++) assertEquals(queue.push(record(number)), null);
  assertEquals(queue.push(record(4)), "it is full with 4 values, expected at most 16 bytes in all");
  assertEquals(takeAll(queue), [0, 1, 2, 3]);
  let got = 0;
  queue.take("lost 1", true, () => got++);
  queue.forget((key) => key.startsWith("lost "));
  assertEquals([queue.push(record(5)), got, queue.size], [null, 0, 1]);
});

Deno.test("QueueDesk keeps its order over more records than it keeps in one list", () => {
  const queue = new QueueDesk();
  const taken: number[] = [];
  for (let number = 0; number < 5000; number++) {
    queue.push(new Uint8Array(new Uint32Array([number]).buffer));
    if (number % 2 === 1) queue.take("k", false, (one) => taken.push(new Uint32Array(one!.slice().buffer)[0]!));
  }
  assertEquals([taken, queue.size], [Array.from({ length: 2500 }, (_, index) => index), 2500]);
});
