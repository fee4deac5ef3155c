import { assert, assertEquals } from "@std/assert";
import { type ArrivalDeal, ArrivalDeals } from "../../lib/load/arrival_deals.ts";
import { Heirs } from "../../lib/load/heirs.ts";
import { workerOf } from "../../lib/load/shares.ts";
import { seededRandom } from "../helpers/random.ts";

/** Some losses that leave a worker at least. */
function randomLosses(random: () => number, workers: number): number[][] {
  const left = Array.from({ length: workers }, (_, worker) => worker);
  const losses: number[][] = [];
  while (left.length > 1 && random() < 0.7) {
    const count = 1 + Math.floor(random() * (left.length - 1));
    losses.push(Array.from({ length: count }, () => left.splice(Math.floor(random() * left.length), 1)[0]!));
  }
  return losses;
}

function heirsOf(workers: number, losses: readonly (readonly number[])[]): Heirs {
  const heirs = new Heirs(workers);
  for (const loss of losses) heirs.add(loss);
  return heirs;
}

Deno.test("Heirs gives each user of a lost worker to one that is left, evenly, and moves no other user", () => {
  const random = seededRandom(3);
  for (let run = 0; run < 300; run++) {
    const [workers, users] = [1 + Math.floor(random() * 9), Math.floor(random() * 60)];
    const losses = randomLosses(random, workers);
    const heirs = heirsOf(workers, losses);
    const lost = new Set(losses.flat());
    const counts = new Array<number>(workers).fill(0);
    for (let user = 0; user < users; user++) {
      const owner = heirs.workerOf(user);
      assert(!lost.has(owner), `user ${user} of ${workers} workers, lost ${JSON.stringify(losses)}`);
      if (!lost.has(workerOf(user, workers))) assertEquals(owner, workerOf(user, workers));
      counts[owner]!++;
    }
    assertEquals(counts, counts.map((_, worker) => heirs.shareOf(worker, users)));
    const shares = counts.filter((_, worker) => !lost.has(worker));
    assert(Math.max(...shares) - Math.min(...shares) <= 2 ** losses.length, `${shares}, ${JSON.stringify(losses)}`);
  }
});

Deno.test("the users of a lost machine do not all go to one other machine", () => {
  for (const [machines, each] of [[3, 1], [3, 2], [3, 3], [4, 5], [3, 16], [10, 16], [7, 64]] as const) {
    for (let users = 1; users <= 2 * machines * each; users += each) {
      for (let lost = 0; lost < machines; lost += 2) {
        const workersOf = (machine: number) => Array.from({ length: each }, (_, worker) => machine * each + worker);
        const [before, after] = [new Heirs(machines * each), heirsOf(machines * each, [workersOf(lost)])];
        const sum = (heirs: Heirs, machine: number) =>
          workersOf(machine).reduce((total, worker) => total + heirs.shareOf(worker, users), 0);
        const inherited = Array.from({ length: machines }, (_, machine) => sum(after, machine) - sum(before, machine))
          .toSpliced(lost, 1);
        const [least, most] = [Math.min(...inherited), Math.max(...inherited)];
        assert(most - least <= 3, `${machines} × ${each}, ${users} users, without ${lost}: ${inherited}`);
      }
    }
  }
});

Deno.test("Heirs leaves everything as it was when no worker is left", () => {
  const heirs = heirsOf(2, [[0, 1]]);
  assertEquals([0, 1, 2, 3].map((user) => heirs.workerOf(user)), [0, 1, 2, 3].map((user) => workerOf(user, 2)));
});

Deno.test("ArrivalDeals gives each arrival to one worker that is left, in proportion to the users it then has", () => {
  const random = seededRandom(5);
  for (let run = 0; run < 200; run++) {
    const [workers, users] = [1 + Math.floor(random() * 6), 1 + Math.floor(random() * 20)];
    const losses = randomLosses(random, workers);
    const heirs = heirsOf(workers, losses);
    const deal: ArrivalDeal = { from: Math.floor(random() * 5), users };
    const owners = Array.from({ length: deal.from + 3 * users }, (): number[] => []);
    for (let worker = 0; worker < workers; worker++) {
      if (heirs.shareOf(worker, users) === 0) continue;
      const own = new ArrivalDeals(worker, heirs);
      own.add(deal);
      for (let at = own.next(deal.from); at !== null && at < owners.length; at = own.next(at + 1)) {
        owners[at]!.push(worker);
      }
    }
    const dealt = owners.slice(deal.from);
    assert(dealt.every(({ length }) => length === 1), JSON.stringify({ workers, users, losses, owners }));
    for (let worker = 0; worker < workers; worker++) {
      assertEquals(dealt.filter(([owner]) => owner === worker).length, 3 * heirs.shareOf(worker, users));
    }
  }
});
