// Runs the tools of a scenario in turns and keeps what each run gave.

import { measure } from "./host/measure.ts";
import { countsBetween, type Nginx, settle } from "./host/nginx.ts";
import type { Cpus } from "./host/proc.ts";
import { QuietWatch } from "./host/quiet.ts";
import type { Reading } from "./tools/outputs.ts";
import type { HttpVersion, InstalledTool } from "./tools/tools.ts";

/** What every tool is put through. */
export interface Scenario {
  readonly title: string;
  readonly scheme: "http" | "https";
  readonly http: HttpVersion;
  readonly users: number;
  /** Requests of a user that are under way at once. */
  readonly streams: number;
  readonly threads: number;
  /** What a run is longer by than others, since it begins with so many connections. */
  readonly connectingSeconds: number;
  readonly toolCpus: Cpus;
  readonly serverCpus: Cpus;
}

/** What one tool did in one run. */
export interface Run {
  /** `null` if it left no figures. */
  readonly reading: Reading | null;
  /** What went wrong. */
  readonly problem: string | null;
  /** Connections nginx accepted: fewer than users, and some were never served. */
  readonly connections: number;
  readonly cpuSecondsPer100k: number | null;
  readonly peakBytes: number;
  /** Share of one core that nginx used, 0–1. */
  readonly serverLoad: number;
}

/** One run of a peer between two of ours. */
export interface Pair {
  readonly ours: string;
  readonly peer: string;
  readonly before: Run;
  readonly between: Run;
  readonly after: Run;
  /** What disturbed all tries; `null` for nothing. */
  readonly noise: string | null;
  /** Tries that were disturbed and measured again. */
  readonly repeats: number;
}

/** A scenario with all its runs. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly runs: ReadonlyMap<InstalledTool, readonly Run[]>;
  readonly pairs: readonly Pair[];
}

/** What all runs have in common. */
export interface Bench {
  readonly rounds: number;
  readonly seconds: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Receives progress messages. */
  readonly log: (line: string) => void;
}

const SAMPLE_MS = 250;
/** What a tool may take beyond its time, to start, to stop and to add up. */
const GRACE_SECONDS = 45;
/** How often a disturbed pair is measured again. */
const MOST_REPEATS = 1;

/** Returns the tools that a scenario measures. */
export function toolsOf(scenario: Scenario, tools: readonly InstalledTool[]): InstalledTool[] {
  const takesPart = (tool: InstalledTool) =>
    (tool.http === "both" || tool.http === scenario.http) &&
    scenario.users <= (tool.extent?.users ?? Infinity) &&
    (scenario.scheme === "http" || scenario.http === "2" || (tool.extent?.isOverTls ?? true)) &&
    (scenario.threads === 1 || tool.isThreaded === true);
  const able = tools.filter(takesPart);
  return able.filter((tool) => tool.against !== null || able.some((peer) => peer.against === tool.name));
}

/**
 * Runs a scenario. Each round, each of our own runs before and after each of its peers (A B A C A …), so that what changes
 * on the machine from minute to minute changes both sides of a pair.
 */
export async function runScenario(
  scenario: Scenario,
  tools: readonly InstalledTool[],
  nginx: Nginx,
  bench: Bench,
): Promise<ScenarioResult> {
  const chosen = toolsOf(scenario, tools);
  const runs = new Map<InstalledTool, Run[]>(chosen.map((tool) => [tool, []]));
  const pairs: Pair[] = [];
  const watch = new QuietWatch(scenario.toolCpus, scenario.serverCpus);
  const runOnce = async (tool: InstalledTool, round: number) => {
    bench.signal.throwIfAborted();
    const { result: run, noise } = await watch.watch(() => runTool(tool, scenario, nginx, bench));
    const rate = run.reading === null ? "no figures" : `${Math.round(run.reading.ratePerSecond)}/s`;
    const remarks = [run.problem, noise].filter((text) => text !== null).map((text) => `, ${text}`).join("");
    bench.log(`${scenario.title}, round ${round + 1}: ${tool.name} ${rate}${remarks}`);
    return { run, noise };
  };
  for (let round = 0; round < bench.rounds; round++) {
    for (const ours of chosen.filter((tool) => tool.against === null)) {
      let before = await runOnce(ours, round);
      runs.get(ours)!.push(before.run);
      const isDue = ({ extent }: InstalledTool) => round < (extent?.rounds ?? Infinity);
      for (const peer of chosen.filter((tool) => tool.against === ours.name && isDue(tool))) {
        let between = await runOnce(peer, round);
        let after = await runOnce(ours, round);
        let repeats = 0;
        const noise = () => before.noise ?? between.noise ?? after.noise;
        for (; noise() !== null && repeats < MOST_REPEATS; repeats++) {
          [before, between, after] = [after, await runOnce(peer, round), await runOnce(ours, round)];
        }
        runs.get(ours)!.push(after.run);
        runs.get(peer)!.push(between.run);
        pairs.push({
          ...{ ours: ours.name, peer: peer.name, noise: noise(), repeats },
          ...{ before: before.run, between: between.run, after: after.run },
        });
        before = after;
      }
    }
  }
  return { scenario, runs, pairs };
}

async function runTool(tool: InstalledTool, scenario: Scenario, nginx: Nginx, bench: Bench): Promise<Run> {
  const { folder, signal } = bench;
  const { users, threads, http, streams } = scenario;
  const seconds = bench.seconds + scenario.connectingSeconds;
  const url = scenario.scheme === "http" ? nginx.httpUrl : nginx.httpsUrl;
  const load = { url, certificatePath: nginx.certificatePath, users, seconds, threads, http, streams };
  for (const [name, text] of Object.entries(tool.files?.(load) ?? {})) {
    await Deno.writeTextFile(`${folder}/${name}`, text);
  }
  await settle(nginx);
  const before = { counts: await nginx.counts(), cpuSeconds: nginx.cpuSeconds() };
  const measured = await measure({ program: tool.path, ...tool.command(load) }, {
    cpus: scenario.toolCpus,
    folder,
    timeoutSeconds: seconds + GRACE_SECONDS,
    sampleMs: SAMPLE_MS,
    signal,
  });
  const { connections, requests } = countsBetween(before.counts, await nginx.counts());
  const run = {
    connections,
    cpuSecondsPer100k: requests > 0 ? measured.cpuSeconds / requests * 100_000 : null,
    peakBytes: measured.peakBytes,
    serverLoad: (nginx.cpuSeconds() - before.cpuSeconds) / seconds,
  };
  const exit = measured.exitCode === 0 ? null : `exit code ${measured.exitCode}`;
  try {
    const reading = tool.read({ stdout: measured.stdout, stderr: measured.stderr, folder });
    return { ...run, reading, problem: exit ?? (reading.requests === 0 ? "not one request was completed" : null) };
  } catch (error) {
    const text = lastLine(measured.stderr) ?? lastLine(measured.stdout) ?? (error as Error).message;
    return { ...run, reading: null, problem: `${exit ?? "output not understood"}: ${text}` };
  }
}

/** Returns the last line that says something, without colours and folders. */
function lastLine(text: string): string | null {
  const lines = text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
  // deno-lint-ignore no-control-regex
  return lines.at(-1)?.replace(/\x1b\[[0-9;]*m/g, "").replace(/(?:\/[\w.@+-]+)+\/([\w.@+-]+)/g, "$1") ?? null;
}
