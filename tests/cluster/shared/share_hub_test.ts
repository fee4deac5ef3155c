import { assert, assertEquals } from "@std/assert";
import { ShareHub, type ShareMember } from "../../../lib/cluster/shared/share_hub.ts";
import { SharedCounter } from "../../../lib/script/shared/counter.ts";
import { SharedQueue } from "../../../lib/script/shared/queue.ts";
import { RemoteShare, type ShareAnswer } from "../../../lib/script/shared/remote.ts";
import { createLeaseMemory, LeaseTable } from "../../../lib/script/shared/lease_table.ts";
import { createSharedMemory, SharedTable } from "../../../lib/script/shared/shared_table.ts";
import { interruptWaits } from "../../../lib/script/waits.ts";
import { assertRejects, assertThrows } from "@std/assert";

const member = (name: string, offsetMs = 0): ShareMember => ({
  ...{ name, offsetMs },
  deliver: () => {},
  recall: () => Promise.resolve([]),
});

/** A worker's way to a hub; answers come a turn of the event loop later. */
function remoteOf(hub: ShareHub, name: string): RemoteShare {
  const road = hub.join(member(name));
  const share: RemoteShare = new RemoteShare("w", new LeaseTable(createLeaseMemory()), (key, ask) => {
    setTimeout(() => road(key, ask, (answer) => setTimeout(() => share.answer(key, answer))));
  });
  return share;
}

const newHub = () => new ShareHub(() => {});
const queueOf = (share: RemoteShare) => new SharedQueue<number>("q", new SharedTable(createSharedMemory()), share);

Deno.test("SharedCounter.next() counts over all machines; add() and value say what to write in their place", async () => {
  const hub = newHub();
  const [here, there] = ["a", "b"].map((name) =>
    new SharedCounter("c", new SharedTable(createSharedMemory()), remoteOf(hub, name))
  );
  assertEquals(await Promise.all([here!.next(), there!.next(5), here!.next(-1), there!.next(0)]), [1, 6, 5, 5]);
  assertEquals(hub.counters, [{ name: "c", value: 5 }]);
  assertThrows(() => here!.add(), Error, 'Cannot use counter "c".add(): the run is on several machines');
  assertThrows(() => here!.value, Error, 'Cannot use counter "c".value');
  await assertRejects(() => here!.next(1.5), RangeError, "expected a whole number");
});

Deno.test("SharedQueue over machines takes each value once, waits, and decides a timeout at the coordinator", async () => {
  const hub = newHub();
  const [here, there] = ["a", "b"].map((name) => queueOf(remoteOf(hub, name)));
  const waiting = there!.take();
  await here!.push(1);
  await here!.push(2);
  assertEquals([await waiting, await there!.size(), await here!.take({ timeout: 0 })], [1, 1, 2]);
  const error = await assertRejects(
    () => here!.take({ timeout: "20ms" }),
    DOMException,
    "nothing was pushed within 20ms",
  );
  assertEquals(error.name, "TimeoutError");
  await here!.push(3);
  assertEquals(await there!.take(), 3); // the take that gave up no longer waits
  assertThrows(() => here!.tryTake(), Error, 'Cannot use queue "q".tryTake()');
  assertThrows(() => here!.length, Error, 'Cannot use queue "q".length');
});

Deno.test("SharedQueue over machines puts back what comes after the run has interrupted its take", async () => {
  const hub = newHub();
  const [here, there] = ["a", "b"].map((name) => queueOf(remoteOf(hub, name)));
  await here!.push(1);
  const take = there!.take();
  await new Promise((resolve) => setTimeout(resolve)); // the value is on its way
  interruptWaits();
  assertEquals((await assertRejects(() => take, Error)).name, "InterruptedError");
  while (await here!.size() === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  assertEquals(await here!.size(), 1);
});

Deno.test("RemoteShare refuses more than 16 MiB or 100,000 questions on their way, and the hub more than 256 names of a kind", async () => {
  const stuck = new RemoteShare("w", new LeaseTable(createLeaseMemory()), () => {});
  const megabyte = new Uint8Array(2 ** 20);
  for (let count = 0; count < 16; count++) void stuck.ask({ kind: "push", name: "q", record: megabyte });
  assertThrows(
    () => stuck.ask({ kind: "push", name: "q", record: megabyte }),
    RangeError,
    "16 operations of this worker",
  );
  const many = new RemoteShare("w", new LeaseTable(createLeaseMemory()), () => {});
  for (let count = 0; count < 100_000; count++) void many.ask({ kind: "size", name: "q" });
  assertThrows(() => many.ask({ kind: "size", name: "q" }), RangeError, "100000 operations of this worker");
  const share = remoteOf(newHub(), "a");
  const answers = Array.from({ length: 257 }, (_, name) => share.ask({ kind: "count", name: `${name}`, by: 1 }).answer);
  const last = answers.pop()!;
  await Promise.all(answers);
  await assertRejects(() => last, RangeError, 'Cannot share "256": too many names, expected at most 256');
});

Deno.test("ShareHub spaces the tokens of a rate limit over all machines, on the clock of each", () => {
  const hub = newHub();
  const roads = [hub.join(member("a")), hub.join(member("b", 5000))];
  const times = Array.from({ length: 20 }, (_, index) => {
    let at = 0;
    const ask = { kind: "token", name: "l", periodUs: 100_000, burstUs: 0 } as const;
    roads[index % 2]!("k", ask, (answer: ShareAnswer) => at = (answer as { value: number }).value);
    return at - (index % 2) * 5000;
  });
  for (const [index, at] of times.entries()) {
    if (index > 0) assert(Math.abs(at - times[index - 1]! - 100) < 0.01, `${times}`);
  }
});
