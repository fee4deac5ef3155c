/**
 * What one coordinator can merge. Usage: deno run -A bench/machines/main.ts [agents] [rows] [seconds]
 *
 * First, how many reports a core decodes and adds in a second, seven times. Then a real coordinator with its page on one
 * core, over a real NATS server, with simulated agents on the others, while the page is open: its share of the core, how
 * late its event loop is, and how long it lets the page wait for all figures.
 *
 * @module
 */

// deno-lint-ignore-file no-console -- it prints its results

import { cpuUsage } from "node:process";
import { reportDecoder, reportEncoder } from "../../lib/cluster/wire/reports/report_codec.ts";
import { startNatsServer } from "../../lib/cluster/wire/nats_server.ts";
import { RunStats } from "../../lib/engine/run/run_stats.ts";
import type { Lag } from "./loop_lag.ts";
import { PageReader } from "./page_reader.ts";
import { someDelta } from "./simulated_agents.ts";

const here = (path: string) => new URL(path, import.meta.url).pathname;
const [agents = 200, rows = 20, seconds = 20] = Deno.args.map(Number);
/** Kernel ticks a second, by which /proc counts. */
const TICKS = 100;

/** Runs of the first measurement, and how long each takes, in milliseconds of processor time. */
const [MERGES, MERGE_MS] = [7, 1500];

const merges = Array.from({ length: MERGES }, () => Math.round(measureMerge(rows, MERGE_MS))).sort((a, b) => a - b);
const merged = merges[Math.floor(MERGES / 2)]!;
console.log(`one core merges ${merged} reports of ${rows} rows a second (${merges[0]} to ${merges.at(-1)})`);
console.log(`for 1,000 machines, each reporting once a second: ${(100_000 / merged).toFixed(1)} % of a core`);
await measureCoordinator();

/** Returns how many reports a second are decoded and added to the figures of a run. */
function measureMerge(rows: number, forMs: number): number {
  const stats = new RunStats(0);
  stats.startAt(0, 100);
  stats.omitControl();
  const senders = Array.from({ length: 100 }, (_, agent) => {
    const [encode, decode] = [reportEncoder(), reportDecoder()];
    const state = {
      ...{ users: 1, mostUsers: 1, iterations: 1, interruptedIterations: 0, endedIterations: 1 },
      ...{ hasSucceeded: true, starts: [], classStarts: [], workers: [] },
    };
    const next = () => encode({ type: "report", state, deltas: [{ delta: someDelta(rows), isWarmUp: false }] });
    decode(next()); // names are sent once
    return { name: `agent ${agent}`, decode, reports: [next(), next()] };
  });
  const add = ({ name, decode, reports }: typeof senders[number], round: number) => {
    const message = decode(reports[round % 2]!);
    if (message.type !== "report") return;
    for (const { delta } of message.deltas) stats.add(delta, name, false);
  };
  for (let round = 0; round < 50; round++) for (const sender of senders) add(sender, round);
  const startMs = usedMs();
  let count = 0;
  for (let round = 0; usedMs() - startMs < forMs; round++) {
    for (let more = 0; more < 10; more++) for (const sender of senders) add(sender, round + more);
    count += 10 * senders.length;
  }
  return count / ((usedMs() - startMs) / 1000);
}

/** Returns the processor time that this program has taken, in milliseconds: other programs do not change the result. */
function usedMs(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

async function measureCoordinator(): Promise<void> {
  const nats = await startNatsServer();
  const fake = ["run", "-A", here("simulated_agents.ts"), nats.url, String(agents), String(rows)];
  const quiet = { stdin: "null", stdout: "null", stderr: "null" } as const;
  const simulated = new Deno.Command(Deno.execPath(), { args: fake, ...quiet }).spawn();
  const [json, lagFile] = [Deno.makeTempFileSync({ suffix: ".json" }), Deno.makeTempFileSync({ suffix: ".json" })];
  const args = [
    ...["-c", "0", Deno.execPath(), "run", "-A", "--preload", here("loop_lag.ts"), here("../../main.ts")],
    ...["http://127.0.0.1:9/", "--start", "--exit", "--web", "127.0.0.1:0", "--machines", String(agents)],
    ...["--nats", nats.url, "-u", String(agents), "-d", String(seconds), "--json", json],
  ];
  const env = { LOOP_LAG_FILE: lagFile };
  const coordinator = new Deno.Command("taskset", { args, env, ...quiet, stderr: "piped" }).spawn();
  const page = await PageReader.open(await startOf(coordinator.stderr));
  const began = { ms: performance.now(), ticks: ticksOf(coordinator.pid) };
  const waits = await page.ask(began.ms + (seconds - 3) * 1000);
  const endMs = performance.now();
  const share = (ticksOf(coordinator.pid) - began.ticks) / TICKS / ((endMs - began.ms) / 1000);
  console.log(`${agents} agents, ${rows} rows a second each, beside the page: ${(100 * share).toFixed(0)} % of a core`);
  const events = page.eventBytes / 1024 / ((endMs - began.ms) / 1000);
  await coordinator.status;
  const lags = JSON.parse(Deno.readTextFileSync(lagFile)) as readonly Lag[];
  const [from, to] = [began.ms, endMs].map((ms) => performance.timeOrigin + ms) as [number, number];
  const late = lags.filter(([atMs]) => atMs >= from && atMs < to).map(([, lateMs]) => lateMs);
  console.log(`the event loop is late by ${spread(late)}`);
  console.log(`the page gets all figures within ${spread(waits)}, and ${events.toFixed(0)} KB of events a second`);
  const { total, machines, run } = JSON.parse(Deno.readTextFileSync(json));
  console.log(`merged: ${total.count} requests of ${machines.length} machines, exit code ${run.exitCode}`);
  for (const file of [json, lagFile]) Deno.removeSync(file);
  await simulated.status; // it ends with the run
  await nats.stop();
}

function spread(timesMs: readonly number[]): string {
  const sorted = timesMs.toSorted((a, b) => a - b);
  const at = (ratio: number) => sorted[Math.floor(ratio * (sorted.length - 1))]!.toFixed(1);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, at most ${at(1)} ms (${sorted.length} times)`;
}

/** Waits until the load has begun; returns the address of the page, with its token. */
function startOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const read = async () => {
    let text = "";
    for await (const part of stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      const page = /^Open (http:\S+)/m.exec(text)?.[1];
      if (page !== undefined && text.includes("Starting test")) resolve(page);
    }
  };
  void read();
  return promise;
}

/** Returns the processor time that a process has taken, in ticks (proc(5): fields 14 and 15 of stat). */
function ticksOf(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).replace(/^.*\) /, "").split(" ");
  return Number(fields[11]) + Number(fields[12]);
}
