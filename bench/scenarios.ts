// Runs the tools of a scenario in turns and keeps what each run gave.

import { measure } from "./host/measure.ts";
import { countsBetween, type Nginx, settle } from "./host/nginx.ts";
import type { Reading } from "./tools/outputs.ts";
import type { Cpus } from "./host/proc.ts";
import type { InstalledTool } from "./tools/tools.ts";

/** What every tool is put through. */
export interface Scenario {
  readonly title: string;
  readonly scheme: "http" | "https";
  readonly users: number;
  readonly threads: number;
  /** What a run is longer by than others, since it begins with so many connections. */
  readonly connectingSeconds: number;
  readonly toolCpus: Cpus;
  readonly serverCpus: Cpus;
}

/** What one tool did in one round. */
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

/** What one tool did, round by round. */
export interface ToolRuns {
  readonly tool: InstalledTool;
  readonly runs: readonly Run[];
}

/** A scenario with all its runs. */
export interface ScenarioResult {
  readonly scenario: Scenario;
  readonly tools: readonly ToolRuns[];
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

/** Runs a scenario: each round all tools one after the other, each round beginning with another one. */
export async function runScenario(
  scenario: Scenario,
  tools: readonly InstalledTool[],
  nginx: Nginx,
  bench: Bench,
): Promise<ScenarioResult> {
  const runs = new Map<InstalledTool, Run[]>(tools.map((tool) => [tool, []]));
  for (let round = 0; round < bench.rounds; round++) {
    const first = round % tools.length;
    for (const tool of [...tools.slice(first), ...tools.slice(0, first)]) {
      bench.signal.throwIfAborted();
      const run = await runTool(tool, scenario, nginx, bench);
      runs.get(tool)!.push(run);
      const rate = run.reading === null ? "no figures" : `${Math.round(run.reading.ratePerSecond)}/s`;
      bench.log(`${scenario.title}, round ${round + 1}: ${tool.name} ${rate}${run.problem ? `, ${run.problem}` : ""}`);
    }
  }
  return { scenario, tools: tools.map((tool) => ({ tool, runs: runs.get(tool)! })) };
}

async function runTool(tool: InstalledTool, scenario: Scenario, nginx: Nginx, bench: Bench): Promise<Run> {
  const { folder, signal } = bench;
  const { users, threads } = scenario;
  const seconds = bench.seconds + scenario.connectingSeconds;
  for (const [name, text] of Object.entries(tool.files ?? {})) await Deno.writeTextFile(`${folder}/${name}`, text);
  await settle(nginx);
  const command = tool.command({
    url: scenario.scheme === "http" ? nginx.httpUrl : nginx.httpsUrl,
    certificatePath: nginx.certificatePath,
    users,
    seconds,
    threads,
  });
  const before = { counts: await nginx.counts(), cpuSeconds: nginx.cpuSeconds() };
  const measured = await measure({ program: tool.path, ...command }, {
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
