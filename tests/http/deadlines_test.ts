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
  assertEquals(deadlines.items(), [near, middle, far]);
  assertEquals(await expiry(near), true);
  assertEquals([middle.isExpired, far.isExpired], [false, false]);
  deadlines.close();
});
