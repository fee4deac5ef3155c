import { assert, assertEquals, assertThrows } from "@std/assert";
import { rateLimit } from "../../../lib/script/shared/rate_limit.ts";
import { runSource } from "../../helpers/runs/run.ts";

Deno.test("rateLimit() is one bucket for all users of all workers (PARITY 74)", async () => {
  const source = `
    import { rateLimit, shared, User } from "@x/locust";
    const limit = rateLimit("50/s", { burst: 3 });
    const taken = shared.counter("taken");
    export class Polite extends User {
      async run() {
        await limit.take();
        this.measure("at", performance.timeOrigin + performance.now());
        taken.add();
      }
    }
  `;
  const { result } = await runSource(source, { users: 8, workers: 4, iterations: 43 });
  assertEquals(result.counters, [{ name: "taken", value: 43 }]);
  // After the burst of 3, the other 40 come 20 ms apart: never sooner, even on a slow machine.
  const [at] = result.summary.measures;
  assert(at!.max - at!.min >= 799, `${at!.max - at!.min}`);
});

Deno.test("a user that waits for a token is let go when the test stops, and does not go on (PARITY 74)", async () => {
  const source = `
    import { rateLimit, User } from "@x/locust";
    export class Waiting extends User {
      async run() {
        const limit = rateLimit("1/h"); // one limit, though each user makes it
        await limit.take();
        this.check("went on", true);
      }
    }
  `;
  const { result } = await runSource(source, { users: 6, workers: 2, duration: 0.3, stopTimeout: 30 });
  assertEquals(result.summary.checks.map(({ count }) => count), [1]);
  assertEquals([result.iterations, result.interruptedIterations, result.summary.errors], [1, 6, []]);
  assert(result.endedAt.getTime() - result.info.startedAt.getTime() < 20_000);
});

Deno.test("rate limits at different places, or with different names, are different ones", async () => {
  const first = rateLimit("1/h");
  const other = rateLimit("1/h");
  const [named, same] = [rateLimit("1/h", { name: "a", burst: 2 }), rateLimit("1/h", { name: "a", burst: 2 })];
  await first.take();
  await other.take();
  await named.take();
  await same.take(); // the second token of the burst
});

const MISUSE: [call: () => unknown, message: string][] = [
  [() => rateLimit("10/x"), 'Cannot limit a rate to "10/x": expected more than 0 per second, or a string such as'],
  [() => rateLimit(0), "Cannot limit a rate to 0: expected more than 0 per second"],
  [() => rateLimit(1, { burst: 0 }), "Cannot limit a rate with burst 0: expected a whole number of 1 or more"],
  [() => rateLimit(1, { brust: 2 } as object), 'Cannot limit a rate with brust: unknown option, did you mean "burst"?'],
];

for (const [call, message] of MISUSE) {
  Deno.test(`${call} is refused`, () => {
    const error = assertThrows(call, Error);
    assertEquals(error.message.startsWith(message), true, error.message);
  });
}
