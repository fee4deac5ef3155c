import { assert, assertEquals } from "@std/assert";
import { type ArrivalDeal, ArrivalDeals } from "../../lib/load/arrival_deals.ts";
import { Heirs } from "../../lib/load/heirs.ts";
import { workerOf } from "../../lib/load/shares.ts";
import { seededRandom } from "../helpers/random.ts";

/** Works out, as each worker does for itself, who runs each of the first arrivals; all who do, where it is not one. */
function ownersOf(workers: number, deals: readonly ArrivalDeal[], arrivals: number): number[][] {
  const owners = Array.from({ length: arrivals }, (): number[] => []);
  for (let worker = 0; worker < workers; worker++) {
    const own = new ArrivalDeals(worker, new Heirs(workers));
    for (const deal of deals) own.add(deal);
    for (let at = own.next(0); at !== null && at < arrivals; at = own.next(at + 1)) owners[at]!.push(worker);
  }
  return owners;
}

function sharesOf(users: number, workers: number): number[] {
  const shares = new Array<number>(workers).fill(0);
  for (let user = 0; user < users; user++) shares[workerOf(user, workers)]!++;
  return shares;
}

Deno.test("ArrivalDeals deals every arrival once, in proportion to each worker's users, to within one at every prefix", () => {
  for (let workers = 1; workers <= 7; workers++) {
    for (let users = 1; users <= 40; users++) {
      const shares = sharesOf(users, workers);
      const counts = new Array<number>(workers).fill(0);
      ownersOf(workers, [{ from: 0, users }], 3 * users + 5).forEach((owners, arrival) => {
        assertEquals(owners.length, 1, `arrival ${arrival} with ${users} users on ${workers} workers`);
        counts[owners[0]!]!++;
        counts.forEach((count, worker) => {
          const expected = (arrival + 1) * shares[worker]! / users;
          assert(Math.abs(count - expected) <= 1, `${count} of ${expected} on worker ${worker}: ${users}/${workers}`);
          assert(shares[worker]! > 0 || count === 0, `worker ${worker} has no user`);
        });
      });
    }
  }
});

Deno.test("ArrivalDeals deals in turns if all workers have the same number of users", () => {
  for (const [workers, users] of [[2, 2], [2, 4], [3, 9], [4, 4], [4, 20]] as const) {
    const owners = ownersOf(workers, [{ from: 0, users }], 3 * users).map(([owner]) => owner!);
    owners.forEach((owner, arrival) => {
      if (arrival > 0) assertEquals(owner, (owners[arrival - 1]! + 1) % workers, `${users} on ${workers}: ${owners}`);
    });
  }
});

Deno.test("ArrivalDeals deals every arrival once while the users change, and by each number of them from there on", () => {
  const random = seededRandom(11);
  for (let run = 0; run < 200; run++) {
    const workers = 1 + Math.floor(random() * 5);
    const deals: ArrivalDeal[] = [{ from: 0, users: 1 + Math.floor(random() * 9) }];
    for (let change = 0; change < 4; change++) {
      const from = deals.at(-1)!.from + Math.floor(random() * 30);
      deals.push({ from, users: 1 + Math.floor(random() * 9) });
    }
    const last = deals.at(-1)!;
    const owners = ownersOf(workers, deals, last.from + 2 * last.users);
    assert(owners.every(({ length }) => length === 1), JSON.stringify({ workers, deals, owners }));
    const counts = sharesOf(last.users, workers).map((_, worker) =>
      owners.slice(last.from).filter(([owner]) => owner === worker).length
    );
    assertEquals(counts, sharesOf(last.users, workers).map((share) => 2 * share));
  }
});

Deno.test("ArrivalDeals finds a distant arrival at once, for any number of users", () => {
  const own = new ArrivalDeals(3, new Heirs(7));
  own.add({ from: 0, users: 100_000_000 });
  const arrival = own.next(1e15)!;
  assert(arrival >= 1e15 && arrival < 1e15 + 14, `${arrival}`);
});
