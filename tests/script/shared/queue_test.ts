import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { SharedQueue } from "../../../lib/script/shared/queue.ts";
import { shared } from "../../../lib/script/shared/shared.ts";
import { createSharedMemory, SharedTable } from "../../../lib/script/shared/shared_table.ts";
import { inThreads } from "../../helpers/runs/shared_workers.ts";

type Item = readonly [producer: number, index: number] | null;

const queueIn = <T>(memory: SharedArrayBuffer, name = "q") => new SharedQueue<T>(name, new SharedTable(memory));
const newQueue = <T>() => queueIn<T>(createSharedMemory());

Deno.test("SharedQueue returns values first in, first out, as JSON represents them", async () => {
  const queue = newQueue<unknown>();
  const values = [0, "", null, false, "Grüße 👋 \u0000 \ud800", { a: [1, { b: "ü".repeat(1000) }] }, [[]]];
  for (const value of values) queue.push(value);
  assertEquals(queue.length, values.length);
  const taken = [queue.tryTake(), await queue.take()];
  while (queue.length > 0) taken.push(queue.tryTake());
  assertEquals(taken, values);
  assertEquals(queue.tryTake(), undefined);
  queue.push({ at: new Date(0), ratio: NaN, nothing: undefined, map: new Map([[1, 2]]) });
  assertEquals(queue.tryTake(), { at: "1970-01-01T00:00:00.000Z", ratio: null, map: {} });
});

Deno.test("SharedQueue.push() throws with the queue's name if JSON cannot represent the value", () => {
  const queue = newQueue<unknown>();
  const cycle: unknown[] = [];
  cycle.push(cycle);
  for (const value of [undefined, () => 1, Symbol("s"), 1n, cycle]) {
    assertThrows(() => queue.push(value), TypeError, 'Cannot push to queue "q": JSON cannot represent ');
  }
  assertEquals(queue.length, 0);
});

Deno.test("SharedQueue.push() throws if the queue is full, and works again once there is room", () => {
  const queue = newQueue<string>();
  const megabyte = "x".repeat(2 ** 20 - 6);
  for (let index = 0; index < 16; index++) queue.push(megabyte);
  assertThrows(
    () => queue.push(""),
    RangeError,
    'Cannot push to queue "q": it is full with 16 values, expected at most 16777212 bytes in all',
  );
  for (let turn = 0; turn < 20; turn++) {
    assertEquals(queue.tryTake(), megabyte);
    queue.push(megabyte);
  }
  assertEquals(queue.length, 16);
});

Deno.test("SharedQueue.push() throws if the value is larger than the queue, and accepts one that just fits", () => {
  const queue = newQueue<string>();
  assertThrows(
    () => queue.push("x".repeat(2 ** 24 - 5)),
    RangeError,
    'Cannot push to queue "q": the value has 16777213 bytes, expected at most 16777212',
  );
  queue.push("x".repeat(2 ** 24 - 6));
  assertEquals(queue.tryTake()?.length, 2 ** 24 - 6);
});

Deno.test("SharedQueue.take() waits for a push; waiting calls are served in order", async () => {
  const queue = newQueue<number>();
  const served: string[] = [];
  const takes = ["a", "b", "c"].map((name) => queue.take().then((value) => served.push(name + value)));
  [1, 2, 3].forEach((value) => queue.push(value));
  await Promise.all(takes);
  assertEquals([served, queue.length], [["a1", "b2", "c3"], 0]);
});

Deno.test("SharedQueue.take() with a timeout throws a TimeoutError, and takes nothing after that", async () => {
  const queue = newQueue<number>();
  const error = await assertRejects(() => queue.take({ timeout: "20ms" }), DOMException);
  assertEquals([error.name, error.message], [
    "TimeoutError",
    'Cannot take from queue "q": nothing was pushed within 20ms',
  ]);
  queue.push(7);
  assertEquals([queue.length, await queue.take({ timeout: 0 })], [1, 7]);
  assertThrows(() => queue.take({ timeout: "soon" }), RangeError);
});

Deno.test("SharedQueue.take() wakes up on a push of another thread, thousands of times", async () => {
  const memory = createSharedMemory();
  const echo = inThreads(1, memory, "echo", 3000);
  const [there, back] = [queueIn<number>(memory, "there"), queueIn<number>(memory, "back")];
  const keepAlive = setInterval(() => {}, 60_000); // keeps the event loop running for wake-ups of the other thread
  for (let turn = 0; turn < 3000; turn++) {
    there.push(turn);
    assertEquals(await back.take(), turn);
  }
  clearInterval(keepAlive);
  await echo;
});

for (const [producers, consumers] of [[1, 1], [3, 1], [1, 3], [2, 2]] as const) {
  Deno.test(`SharedQueue passes each value of ${producers} threads to one of ${consumers}, in each producer's order`, async () => {
    const memory = createSharedMemory();
    const [times, takers] = [6000, 4];
    const consuming = inThreads<Item[]>(consumers, memory, "consume", takers);
    await inThreads(producers, memory, "produce", times);
    const queue = queueIn<Item>(memory);
    for (let index = 0; index < consumers * takers; index++) queue.push(null);
    const taken = await consuming;
    for (const items of taken) {
      for (let producer = 0; producer < producers; producer++) {
        const own = items.filter((item) => item![0] === producer).map((item) => item![1]);
        assertEquals(own, own.toSorted((a, b) => a - b));
      }
    }
    const seen = new Set(taken.flat().map(String));
    assertEquals([seen.size, taken.flat().length, queue.length], [producers * times, producers * times, 0]);
  });
}

Deno.test("SharedQueue.take() is interrupted when the run starts no more iterations, unless there is a value", async () => {
  const [result] = await inThreads<unknown[]>(1, createSharedMemory(), "interrupted", 0);
  assertEquals(result, [...Array(3).fill("InterruptedError: interrupted by the end of the run"), "there"]);
});

Deno.test("SharedTable throws if there are too many queues and broadcasts", () => {
  const table = new SharedTable(createSharedMemory());
  for (let index = 0; index < 16; index++) new SharedQueue(`q${index}`, table);
  new SharedQueue("q3", table);
  assertThrows(() => new SharedQueue("more", table), RangeError, "too many queues and broadcasts, expected at most 16");
});

Deno.test("shared.queue() works outside of a run; a waiting take does not keep the program alive", async () => {
  const queue = shared.queue<number>("alone");
  const waiting = shared.queue<number>("alone").take();
  queue.push(1);
  assertEquals(await waiting, 1);
  const script = `import { shared } from "@x/locust";
    shared.queue("q").take().then(console.log);
    shared.broadcast("b").listen(console.log);
    shared.broadcast("b").send("sent");
    setTimeout(() => shared.queue("q").push("pushed"), 20);
    shared.queue("never").take();`;
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", "deno.json", script],
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [0, "sent\npushed\n"]);
});
