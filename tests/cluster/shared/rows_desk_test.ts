import { assert, assertEquals } from "@std/assert";
import { RowsDesk, type RowsMember } from "../../../lib/cluster/shared/rows_desk.ts";
import {
  createLeaseMemory,
  type LeaseAnswer,
  type LeaseAsk,
  LeaseTable,
} from "../../../lib/script/shared/lease_table.ts";
import { seededRandom } from "../../helpers/random.ts";

const SLOT = 7;

/** A machine with one worker that takes rows; messages to it take a turn of the event loop. */
class Machine implements RowsMember {
  readonly name: string;
  readonly leases = new LeaseTable(createLeaseMemory());
  readonly taken: number[] = [];
  readonly #desk: RowsDesk;
  readonly #ask: Pick<LeaseAsk, "length" | "isRepeated">;
  #wake: () => void = () => {};

  constructor(name: string, desk: RowsDesk, ask: Pick<LeaseAsk, "length" | "isRepeated">) {
    this.name = name;
    this.#desk = desk;
    this.#ask = ask;
  }

  async recall() {
    await turn();
    return this.leases.recall(SLOT);
  }

  async take(): Promise<boolean> {
    for (;;) {
      const { row, ask } = this.leases.take(SLOT);
      if (ask !== null) void this.#lease({ kind: "lease", name: "r", slot: SLOT, ...this.#ask, ...ask });
      if (row !== null) return this.taken.push(row) > 0;
      if (this.leases.isOver(SLOT)) return false;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  async #lease(ask: LeaseAsk): Promise<void> {
    await turn();
    this.#desk.lease(this, ask, async (answer: LeaseAnswer) => {
      await turn();
      this.leases.put(SLOT, answer, 0);
      this.#wake();
    });
  }
}

/** Lets whatever else is ready go first. */
async function turn(): Promise<void> {
  for (let count = 0; count < 3; count++) await Promise.resolve();
}

function machines(count: number, length: number, isRepeated: boolean): { desk: RowsDesk; all: Machine[] } {
  const ask: LeaseAsk = { kind: "lease", name: "r", slot: SLOT, length, isRepeated, isUrgent: true, most: 1, left: 0 };
  const desk = new RowsDesk(ask, () => count);
  return { desk, all: Array.from({ length: count }, (_, index) => new Machine(`m${index}`, desk, ask)) };
}

const sorted = (all: readonly Machine[]) => all.flatMap(({ taken }) => taken).sort((a, b) => a - b);

for (const length of [1, 5, 1000]) {
  Deno.test(`RowsDesk gives each of ${length} rows once to machines that take as many as there are, however shared`, async () => {
    const random = seededRandom(length);
    const { all } = machines(4, length, true);
    for (let row = 0; row < length; row++) {
      if (random() < 0.9) await all[0]!.take(); // one machine takes most, and needs what others have leased
      else await all[1 + Math.floor(random() * 3)]!.take();
    }
    assertEquals(sorted(all), Array.from({ length }, (_, row) => row));
  });
}

Deno.test("RowsDesk ends after the last row if rows are not repeated, also with machines that take at once", async () => {
  const { all } = machines(3, 500, false);
  await Promise.all(all.map(async (one) => {
    while (await one.take());
  }));
  assertEquals(sorted(all), Array.from({ length: 500 }, (_, row) => row));
});

Deno.test("RowsDesk goes on with the next pass if rows are repeated", async () => {
  const { all } = machines(2, 10, true);
  for (let count = 0; count < 100; count++) await all[count % 2]!.take();
  assertEquals(new Set(sorted(all)).size, 100);
  assertEquals(sorted(all).slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

Deno.test("RowsDesk never gives the rows that a lost machine had leased to another", async () => {
  const { desk, all: [lost, other] } = machines(2, 100, false);
  for (let count = 0; count < 5; count++) await lost!.take();
  for (let count = 0; count < 10; count++) await turn(); // nothing is on its way
  const left = desk.lose(lost!);
  while (await other!.take());
  const both = sorted([lost!, other!]);
  assertEquals(new Set(both).size, both.length);
  assert(both.length < 100 && both.length + left >= 100, `${both.length} taken, ${left} lost at most`);
});

Deno.test("RowsDesk goes on without a machine that does not give rows back, and takes them when they come", async () => {
  const ask: LeaseAsk = {
    kind: "lease",
    name: "r",
    slot: 0,
    length: 4,
    isRepeated: true,
    isUrgent: true,
    most: 4,
    left: 0,
  };
  const desk = new RowsDesk(ask, () => 2, 1);
  const late = Promise.withResolvers<{ from: number; to: number }[]>();
  const silent = { name: "silent", recall: () => late.promise };
  const other = { name: "other", recall: () => Promise.resolve([]) };
  const lease = (member: RowsMember) => new Promise<LeaseAnswer>((resolve) => desk.lease(member, ask, resolve));
  assertEquals(await lease(silent), { from: 0, to: 1 });
  for (let row = 1; row < 4; row++) assertEquals(await lease(other), { from: row, to: row + 1 });
  assertEquals(await lease(other), { from: 4, to: 8 }); // the next pass
  late.resolve([{ from: 0, to: 1 }]);
  for (let count = 0; count < 10; count++) await turn();
  assertEquals(await lease(other), { from: 0, to: 1 });
});

Deno.test("RowsDesk waits once, not for each of the last rows, for a machine that does not give rows back", async () => {
  const ask: LeaseAsk = {
    ...{ kind: "lease", name: "r", slot: 0, length: 4, isRepeated: false, isUrgent: true, most: 4, left: 0 },
  };
  const desk = new RowsDesk(ask, () => 1, 1);
  let asked = 0;
  const silent = { name: "silent", recall: () => new Promise<never>(() => asked++) };
  const spare = [1, 2, 3].map((from) => [{ from, to: from + 1 }]);
  const other = { name: "other", recall: () => Promise.resolve(spare.shift() ?? []) };
  const lease = (member: RowsMember) => new Promise<LeaseAnswer>((resolve) => desk.lease(member, ask, resolve));
  for (const member of [silent, other, other, other]) await lease(member);
  const answers = [await lease(other), await lease(other), await lease(other), await lease(other)];
  assertEquals(answers, [{ from: 1, to: 2 }, { from: 2, to: 3 }, { from: 3, to: 4 }, "over"]);
  assertEquals(asked, 1);
});
