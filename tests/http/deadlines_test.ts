import { assertEquals } from "@std/assert";
import { nowMs } from "../../lib/core/clock.ts";
import { Deadlined, Deadlines } from "../../lib/http/deadlines.ts";

class Item extends Deadlined {
  readonly expired: Promise<void>;
  #resolve!: () => void;
  isExpired = false;

  constructor() {
    super();
    this.expired = new Promise((resolve) => this.#resolve = resolve);
  }

  override onDeadline(): void {
    this.isExpired = true;
    this.#resolve();
  }
}

/** Waits for a deadline, but not for ever. */
async function expiry(item: Item): Promise<boolean> {
  const timer = Promise.withResolvers<void>();
  const id = setTimeout(timer.resolve, 5000);
  await Promise.race([item.expired, timer.promise]);
  clearTimeout(id);
  return item.isExpired;
}

Deno.test("a limit is not delayed by one that has not started, nor by one that started early", async () => {
  const deadlines = new Deadlines();
  const [waiting, late, first] = [new Item(), new Item(), new Item()];
  for (const item of [waiting, late, first]) deadlines.add(item, Infinity, 100);
  deadlines.start(first, nowMs());
  deadlines.start(late, nowMs() + 60_000); // as if it had begun a minute later
  assertEquals(await expiry(first), true);
  assertEquals([waiting.isExpired, late.isExpired], [false, false]);
  assertEquals(new Set(deadlines.items()), new Set<Deadlined>([waiting, late]));
  deadlines.close();
});

Deno.test("a limit that is removed, or infinite, never passes", async () => {
  const deadlines = new Deadlines();
  const [removed, endless, last] = [new Item(), new Item(), new Item()];
  deadlines.add(removed, nowMs(), 20);
  deadlines.add(endless, Infinity, Infinity);
  deadlines.start(endless, nowMs());
  deadlines.remove(removed);
  deadlines.add(last, nowMs(), 40);
  assertEquals(await expiry(last), true);
  assertEquals([removed.isExpired, endless.isExpired], [false, false]);
  deadlines.start(removed, nowMs()); // in no list: nothing to begin
  assertEquals(deadlines.items(), [endless]);
  deadlines.close();
});

Deno.test("a limit that started before others passes before them, even if added later", async () => {
  const deadlines = new Deadlines();
  const [far, middle, near] = [new Item(), new Item(), new Item()];
  const now = nowMs();
  deadlines.add(far, now + 60_000, 100);
  deadlines.add(near, now, 100);
  deadlines.add(middle, now + 30_000, 100);
  assertEquals(await expiry(near), true);
  assertEquals([middle.isExpired, far.isExpired], [false, false]);
  deadlines.close();
});

Deno.test("limits that passed together end in the order in which they were due, except those ended by one before", async () => {
  const deadlines = new Deadlines();
  const ended: string[] = [];
  class Named extends Deadlined {
    constructor(readonly name: string, readonly also: Deadlined | null = null) {
      super();
    }

    override onDeadline(): void {
      ended.push(this.name);
      if (this.also !== null) deadlines.remove(this.also);
    }
  }
  const removed = new Named("removed");
  const last = new Item();
  const now = nowMs();
  deadlines.add(new Named("third"), now, 4);
  deadlines.add(last, now, 5);
  deadlines.add(removed, now, 3);
  deadlines.add(new Named("second", removed), now, 2);
  deadlines.add(new Named("first"), now, 1);
  while (nowMs() < now + 6); // all are due when the timer fires
  assertEquals(await expiry(last), true);
  assertEquals(ended, ["first", "second", "third"]);
  assertEquals(deadlines.items(), []);
  deadlines.close();
});

Deno.test("more limits than before leave those that run as they are", async () => {
  const deadlines = new Deadlines();
  const first = new Item();
  deadlines.add(first, nowMs(), 30);
  const others = Array.from({ length: 1000 }, () => new Item());
  for (const item of others) deadlines.add(item, nowMs(), 60_000);
  assertEquals(await expiry(first), true);
  for (const item of others) deadlines.remove(item);
  assertEquals(others.some(({ isExpired }) => isExpired), false);
  assertEquals(deadlines.items(), []);
  deadlines.close();
});
