// Rates of spans that are short beside the quarter of a second between two reports of a worker.

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { RunStats } from "../../../lib/engine/run/run_stats.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { viewAt } from "../../helpers/runs/run_result.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Writes a line beside the test's own, for figures that a reader of the log may want. */
function print(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}

const START_MS = 1_000_000;
const REPORT_MS = 250;

/** Workers that finish requests at a steady rate and report every 250 ms, each at times of its own. */
class SteadyWorkers {
  readonly stats = new RunStats(0);
  readonly #workers: { readonly recorder: Recorder; readonly name: string; nextMs: number; doneMs: number }[];
  readonly #everyMs: number;

  /** @param everyMs Time between two requests of one worker */
  constructor(phases: readonly number[], everyMs: number) {
    this.#everyMs = everyMs;
    this.#workers = phases.map((phaseMs, index) => ({
      ...{ recorder: new Recorder(), name: `Worker ${index + 1}` },
      ...{ nextMs: START_MS + phaseMs, doneMs: START_MS + everyMs },
    }));
    this.stats.startAt(START_MS, phases.length);
  }

  /** Lets time pass; a worker that is silent reports nothing meanwhile. */
  passTo(ms: number, silent?: number): void {
    for (const [index, worker] of this.#workers.entries()) {
      for (; worker.nextMs <= START_MS + ms && index !== silent; worker.nextMs += REPORT_MS) this.#report(worker);
    }
  }

  /** Sends the last report of every worker. */
  end(ms: number): void {
    for (const worker of this.#workers) {
      worker.nextMs = START_MS + ms;
      this.#report(worker);
      this.stats.end(worker.name);
    }
  }

  #report(worker: { readonly recorder: Recorder; readonly name: string; nextMs: number; doneMs: number }): void {
    for (; worker.doneMs <= worker.nextMs; worker.doneMs += this.#everyMs) {
      worker.recorder.series("GET", "/").record(1, false, 0);
    }
    this.stats.add(structuredClone(worker.recorder.takeDelta(worker.nextMs)), worker.name, false);
  }
}

/** The twin: counts that have come between two calls, over the time between them. */
const byClock = (counts: readonly number[], ms: number) => counts.map((count) => Math.round(count / (ms / 1000)));
const rounded = (rates: readonly number[]) => rates.map((rate) => Math.round(rate));

for (const phases of [[250], [10, 140], [30, 100, 170, 240]]) {
  Deno.test(`stats() each 0.1 s of a steady 100/s on ${phases.length} worker(s) is 100/s each time`, async () => {
    const workers = new SteadyWorkers(phases, 10 * phases.length);
    const rates: number[] = [];
    const twin: number[] = [];
    let pending: Promise<void> | null = null;
    for (let ms = 100; ms <= 3000; ms += 100) {
      workers.passTo(ms);
      twin.push(workers.stats.view(viewAt(0), START_MS + ms).interval.total.count);
      pending ??= workers.stats.forControl(() => 1).then(({ interval }) => {
        rates.push(interval.total.ratePerSecond);
        pending = null;
      });
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    workers.end(3000);
    await pending;
    print(`  by reports ${rounded(rates).join(" ")}\n  by clock   ${byClock(twin, 100).join(" ")}`);
    assert(rates.length >= 7, `${rates.length} answers`);
    for (const rate of rates) assertAlmostEquals(rate, 100, 10, rounded(rates).join(" "));
  });
}

Deno.test("the last view of a run has the rate of the ones before, not that of a short rest with 0.25 s of counts", () => {
  const workers = new SteadyWorkers([60, 190], 20);
  const views = [];
  for (const ms of [1000, 2000, 3000]) {
    workers.passTo(ms);
    views.push(workers.stats.view(viewAt(0), START_MS + ms));
  }
  workers.end(3080);
  views.push(workers.stats.view(viewAt(0), START_MS + 3080));
  const rates = views.map(({ interval }) => interval.total.ratePerSecond);
  print(
    `  by reports ${rounded(rates).join(" ")}, by clock ${byClock([views[3]!.interval.total.count], 80)} at last`,
  );
  for (const rate of rates) assertAlmostEquals(rate, 100, 6);
  for (const { overall } of views) assertAlmostEquals(overall.total.ratePerSecond, 100, 3);
  assertEquals(views.reduce((sum, { interval }) => sum + interval.total.count, 0), 308);
});

/** Returns the rate of each second of a steady 100/s of two workers, one of which is silent for a time. */
function ratesWithSilence(
  fromMs: number,
  toMs: number,
  endMs: number,
  act: (workers: SteadyWorkers, ms: number) => void,
) {
  const workers = new SteadyWorkers([100, 200], 20);
  const rates: number[] = [];
  for (let ms = 1000; ms <= endMs; ms += 1000) {
    workers.passTo(ms, ms > fromMs && ms < toMs ? 1 : undefined);
    act(workers, ms);
    rates.push(workers.stats.view(viewAt(0), START_MS + ms).interval.total.ratePerSecond);
  }
  return rates;
}

Deno.test("a worker that is silent for some seconds is left out of the rate, and causes no peak when it reports again", () => {
  const rates = ratesWithSilence(2000, 8000, 10_000, () => {});
  const expected = [100, 100, 100, 100, 100, 50, 50, 100, 100, 100];
  for (const [index, rate] of rates.entries()) assertAlmostEquals(rate, expected[index]!, 6, rounded(rates).join(" "));
});

Deno.test("a silent worker that is declared lost causes no dip of the rate", () => {
  const rates = ratesWithSilence(2000, Infinity, 14_000, ({ stats }, ms) => ms === 12_000 && stats.end("Worker 2"));
  const expected = [100, 100, 100, 100, 100, ...Array(9).fill(50)];
  for (const [index, rate] of rates.entries()) assertAlmostEquals(rate, expected[index]!, 6, rounded(rates).join(" "));
});

Deno.test("a worker that has ended is not waited for, and its time still counts", async () => {
  const stats = new RunStats(0);
  stats.startAt(START_MS, 2);
  const recorder = new Recorder();
  stats.add(new Recorder().takeDelta(START_MS + 100), "Worker 1", false);
  stats.end("Worker 1");
  for (let count = 0; count < 50; count++) recorder.series("GET", "/").record(1, false, 0);
  stats.add(recorder.takeDelta(START_MS + 500), "Worker 2", false);
  assertEquals((await stats.forControl(() => 1)).interval.total.ratePerSecond, 100);
});

Deno.test("the figures of a warm-up are not in the rate after it", () => {
  const [stats, recorder] = [new RunStats(1000), new Recorder()];
  stats.startAt(START_MS, 1);
  const report = (ms: number, count: number, isWarmUp: boolean) => {
    for (let done = 0; done < count; done++) recorder.series("GET", "/").record(1, false, 0);
    stats.add(recorder.takeDelta(START_MS + ms), "Worker 1", isWarmUp);
  };
  report(500, 10, true);
  assertEquals(stats.view(viewAt(0), START_MS + 600).overall.total.ratePerSecond, 20);
  report(1000, 10, true);
  report(1250, 50, false);
  assertEquals(stats.view(viewAt(0), START_MS + 1300).overall.total.ratePerSecond, 200);
});

Deno.test("the view after a warm-up has none of its requests, also of a worker that reports late", () => {
  const [stats, recorder] = [new RunStats(1000), new Recorder()];
  stats.startAt(START_MS, 2);
  const report = (worker: string, ms: number, count: number, isWarmUp: boolean) => {
    for (let done = 0; done < count; done++) recorder.series("GET", "/").record(1, false, 0);
    stats.add(recorder.takeDelta(START_MS + ms), worker, isWarmUp);
  };
  const seen = (ms: number) => {
    const { interval: { total } } = stats.view(viewAt(0), START_MS + ms);
    return [total.count, total.ratePerSecond];
  };
  report("Worker 1", 900, 90, true);
  report("Worker 2", 900, 90, true);
  assertEquals(seen(990), [180, 200]);
  report("Worker 1", 1000, 10, true);
  report("Worker 1", 2000, 50, false);
  report("Worker 2", 1000, 10, true);
  report("Worker 2", 2000, 50, false);
  assertEquals(seen(2001), [100, 100]);
});

Deno.test("control() that asks each 0.1 s gets intervals that have counts, and add up", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, constantPacing } from "@x/locust";
    export class Steady extends HttpUser {
      static override waitTime = constantPacing(0.1);
      override async run() { await this.client.get("/"); }
    }
    export async function control(test) {
      await test.users(10);
      const intervals = [];
      let overall;
      for (let turn = 0; turn < 10; turn++) {
        await test.sleep(0.1);
        const stats = await test.stats();
        intervals.push(stats.interval);
        overall = stats.overall;
      }
      await fetch("${server.url}/report", { method: "POST", body: JSON.stringify({ intervals, overall }) }).then((r) => r.text());
    }`;
  await runSource(source, { workers: 2, host: server.url });
  const { intervals, overall } = JSON.parse(server.requests.find(({ path }) => path === "/report")!.body);
  const totals: { count: number; ratePerSecond: number }[] = intervals.map((one: { total: unknown }) => one.total);
  print(`  by reports ${rounded(totals.map(({ ratePerSecond }) => ratePerSecond)).join(" ")}`);
  assertEquals(totals.reduce((sum, { count }) => sum + count, 0), overall.total.count);
  // The first begins with the load, at any time between two reports.
  assertEquals(intervals.slice(1).filter(({ spanMs }: { spanMs: number }) => spanMs < 50), [], "no interval is a rest");
  assertEquals(totals.slice(2).filter(({ count }) => count === 0), []);
});
