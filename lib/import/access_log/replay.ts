/**
 * An access log as it was: each request once, at its instant.
 *
 * @module
 */

import { ScriptError } from "../../core/errors.ts";
import { Code, type DataFile, type Scenario } from "../model.ts";
import { rowName } from "../row_name.ts";
import { urlParts } from "../url_parts.ts";
import type { LogEntry } from "./log_lines.ts";
import { countedRequests } from "./mix.ts";

/** The locustfile's own part; the rows are in a file beside it. */
const SETUP = `/** All users count from the same instant; they get a second to start. */
export function setup() {
  return { startMs: Date.now() + 1000 };
}`;
const ROW = `/** A row of the file: seconds after the first request, and the request. */
interface LogRow {
  at: string;
  method: string;
  target: string;
  name: string;
  status: string;
}`;
const RUN = `const row = requests.next();
if (row === undefined) {
// All are taken; other users still send theirs.
while (this.running) await sleep("100ms");
return;
}
const dueMs = this.data.startMs + 1000 * Number(row.at);
try {
await sleep(Math.max(0, dueMs - Date.now()) / 1000);
this.measure("late", \`\${Math.max(0, Date.now() - dueMs)}ms\`);
const resp = await this.client.request(row.method, row.target, { name: row.name, redirect: "manual" });
// What failed then may fail now.
if (resp.status === Number(row.status)) resp.error = false;
} finally {
if (replayed.add() === requests.length) this.shutdown("the log has been replayed");
}`;

type TimedEntry = LogEntry & { readonly startMs: number };

/** The parts of the scenario that a replay gives. */
export type Replay = Pick<Scenario, "notes" | "constants" | "declarations" | "classes"> & { readonly data: DataFile };

/**
 * Makes a locustfile that replays entries, and the file of its requests.
 *
 * @param name Name of that file
 * @throws {ScriptError} if the log has no times
 */
export function replayOf(source: string, entries: readonly LogEntry[], name: string): Replay {
  const timed = entries.filter((entry): entry is TimedEntry => entry.startMs !== null);
  if (timed.length === 0) throw new ScriptError(`Cannot replay "${source}": the log has no times`);
  const sorted = spread(timed.toSorted((a, b) => a.startMs - b.startMs));
  const firstMs = sorted[0]!.startMs;
  const seconds = (sorted.at(-1)!.startMs - firstMs) / 1000;
  const untimed = entries.length - timed.length;
  const users = usersFor(sorted.map(({ startMs }) => startMs));
  return {
    notes: [
      `Each is sent once, at its instant, ${seconds.toFixed(1)} s from the first to the last; then the run ends.`,
      `Run it with one user for each request that is in flight at a time, such as --users ${users}. If the measure "late"` +
      " grows, add users.",
      ...(untimed === 0 ? [] : [`Left out: ${countedRequests(untimed)} without a time.`]),
    ],
    constants: [
      {
        name: "requests",
        value: new Code(`shared.rows<LogRow>("requests", ${JSON.stringify(`./${name}`)}, { repeat: false })`, [
          "shared",
        ]),
      },
      { name: "replayed", value: new Code(`shared.counter("replayed requests")`, ["shared"]) },
    ],
    declarations: [new Code(ROW), new Code(SETUP)],
    classes: [{ name: "LogUser", run: [{ kind: "code", code: new Code(RUN, ["sleep"]) }] }],
    data: { name, text: csv(sorted, firstMs) },
  };
}

/** Spreads the requests of a second evenly over it, in their order, if the log has whole seconds. */
function spread(sorted: readonly TimedEntry[]): readonly TimedEntry[] {
  if (sorted.some(({ startMs }) => startMs % 1000 !== 0)) return sorted;
  const seconds = Map.groupBy(sorted, ({ startMs }) => startMs);
  return [...seconds.values()].flatMap((entries) => {
    return entries.map((entry, index) => ({ ...entry, startMs: entry.startMs + index * 1000 / entries.length }));
  });
}

/** Most requests that began within a second, twice: a request that takes 2 s then still finds a free user. */
function usersFor(startsMs: readonly number[]): number {
  let most = 0;
  for (let first = 0, last = 0; last < startsMs.length; last++) {
    while (startsMs[last]! - startsMs[first]! >= 1000) first++;
    most = Math.max(most, last - first + 1);
  }
  return Math.max(2, most * 2);
}

function csv(entries: readonly TimedEntry[], firstMs: number): string {
  const lines = entries.map(({ startMs, method, target, status }) => {
    const { path, query } = urlParts(target);
    const at = Number(((startMs - firstMs) / 1000).toFixed(3));
    return [at, method, query === "" ? path : `${path}?${query}`, rowName(path), status].map(cell).join(",");
  });
  return `at,method,target,name,status\n${lines.join("\n")}\n`;
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
