// The figures as Markdown, which is read on the terminal, too.

import { type Field, ratio, type Row, rowsOf } from "./medians.ts";
import type { ScenarioResult } from "./scenarios.ts";
import { ASKED_PER_SECOND, type ScheduleResult, type Times, USERS, WARM_UP_SECONDS } from "./schedule.ts";
import { SETTLING_SECONDS, type SoakResult } from "./soak.ts";
import { shownRatio, type Target } from "./targets.ts";

const NONE = "–";
const HEADER = [
  "Tool",
  "Rate",
  "CPU s / 100,000",
  "Peak memory",
  "p50",
  "p99",
  "Failures",
  "Connections",
  "nginx busy",
];

const COMPARED: readonly (readonly [title: string, field: Field])[] = [
  ["Rate", "ratePerSecond"],
  ["CPU per request", "cpuSecondsPer100k"],
  ["p50", "p50Ms"],
  ["p99", "p99Ms"],
];

/** Returns the tables of a scenario: all tools, and how ours compares with each peer; below, what went wrong. */
export function scenarioSection(result: ScenarioResult): string {
  const rows = rowsOf(result);
  const problems = rows.filter((row) => row.problem !== null).map((row) => `- ${row.label}, ${row.problem}`);
  const tools = [...result.runs.keys()];
  const label = (name: string | null) => tools.find((tool) => tool.name === name)?.label ?? NONE;
  const peers = tools.filter(({ against }) => against !== null).map((peer) => [
    `${label(peer.against)} to ${peer.label}`,
    ...COMPARED.map(([, field]) => shownRatio(ratio(result, peer.name, field))),
  ]);
  const lines = [`## ${result.scenario.title}`, table(HEADER, rows.map(cells))];
  if (peers.length > 0) lines.push(table(["In pairs", ...COMPARED.map(([title]) => title)], peers));
  if (problems.length > 0) lines.push(problems.join("\n"));
  return lines.join("\n\n");
}

/** Returns what came of the long run. */
export function soakSection(soak: SoakResult): string {
  const { rssBytes, spread, counted, served } = soak;
  const facts = [
    ["Requests, as we counted them", counted === null ? NONE : String(counted)],
    ["Requests, as nginx counted them", String(served)],
    ["Failures", String(soak.failures)],
    ["Requests per second, on average", (served / soak.seconds).toFixed(0)],
    [`Memory after ${SETTLING_SECONDS} s`, rssBytes.length === 0 ? NONE : formatBytes(rssBytes[0]!)],
    ["Least from then on", rssBytes.length === 0 ? NONE : formatBytes(Math.min(...rssBytes))],
    ["Most from then on", rssBytes.length === 0 ? NONE : formatBytes(Math.max(...rssBytes))],
    ["At the end", rssBytes.length === 0 ? NONE : formatBytes(rssBytes.at(-1)!)],
    ["Most above least", spread === null ? NONE : `${(spread * 100).toFixed(1)} %`],
  ];
  const lines = [
    `## ${soak.seconds} s at full speed, ${soak.users} users, HTTP`,
    table(["", "locust for Deno"], facts),
  ];
  if (soak.problem !== null) lines.push(`- ${soak.problem}`);
  return lines.join("\n\n");
}

/** Returns how the open model kept to its schedule. */
export function scheduleSection(result: ScheduleResult): string {
  const times = ({ p50Ms, p99Ms, maxMs }: Times) =>
    `p50 ${formatMs(p50Ms)}, p99 ${formatMs(p99Ms)}, max ${formatMs(maxMs)}`;
  const facts = [
    ["Iterations asked for", String(result.asked)],
    ["Begun", String(result.started)],
    ["Dropped", String(result.dropped)],
    ["Requests with the warm-up's, as we counted them", String(result.counted)],
    ["The same, as nginx counted them", String(result.served)],
    ["Users started", String(result.connections)],
    ["From due to begun", times(result.lateness)],
    ["Response times, from the schedule", times(result.response)],
    ["Service times, from the start", times(result.service)],
  ];
  const rate = ASKED_PER_SECOND.toLocaleString("en-US");
  const what = `${USERS} users at most, after a warm-up of ${WARM_UP_SECONDS} s`;
  return `## Open model, ${rate} iterations a second for ${result.seconds} s, one worker, HTTP, ${what}\n\n${
    table(["", "locust for Deno"], facts)
  }`;
}

/** Returns what was asked and what came of it. */
export function targetsSection(targets: readonly Target[]): string {
  const rows = targets.map(({ text, verdict, actual }) => [text, actual, verdict]);
  return `## Targets\n\n${table(["Target", "Actual", "Verdict"], rows)}`;
}

/** Draws a Markdown table: the first column to the left, all others to the right. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((title, index) => Math.max(3, title.length, ...rows.map((row) => row[index]!.length)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, at) => at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)).join(" | ")} |`;
  const rule = widths.map((width, at) => at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(header), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** Returns an amount of memory, such as `132 MB`; a MB is 10⁶ bytes. */
export function formatBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

function cells(row: Row): string[] {
  const or = (value: number | null, format: (value: number) => string) => value === null ? NONE : format(value);
  return [
    row.label,
    or(row.ratePerSecond, (value) => `${value.toFixed(0)}/s`),
    or(row.cpuSecondsPer100k, (value) => value.toFixed(2)),
    or(row.peakBytes, formatBytes),
    or(row.p50Ms, formatMs),
    or(row.p99Ms, formatMs),
    row.ratePerSecond === null ? NONE : String(row.failures),
    or(row.connections, (value) => value.toFixed(0)),
    or(row.serverLoad, (value) => `${(value * 100).toFixed(0)} %`),
  ];
}

function formatMs(ms: number): string {
  return `${ms.toFixed(ms < 10 ? 2 : ms < 100 ? 1 : 0)} ms`;
}
