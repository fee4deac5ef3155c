/**
 * An access log as a mix: each row a task, as frequent as in the log.
 *
 * @module
 */

import { isStaticPath } from "../har/selection.ts";
import { stringCode } from "../literals.ts";
import { hasMarks, unmark } from "../markers.ts";
import { Code, type Constant, type RequestCall, type Scenario, type Task } from "../model.ts";
import { camelCase, methodNames } from "../names.ts";
import { rowName } from "../row_name.ts";
import { constantName, type Environment } from "../secrets.ts";
import { urlParts } from "../url_parts.ts";
import type { LogEntry } from "./log_lines.ts";

/** Most rows that become tasks; the rarer ones are counted. */
const MAX_TASKS = 50;
/** Most targets of one task. */
const MAX_TARGETS = 20;
const PICK = `/** Returns one of the values. */
function pick<T>(values: readonly T[]): T {
  return values[Math.floor(Math.random() * values.length)]!;
}`;

/** One row of the log. */
interface Row {
  readonly method: string;
  readonly name: string;
  count: number;
  /** How often each target was requested. */
  readonly targets: Map<string, number>;
}

/** The parts of the scenario that the mix gives. */
export type Mix = Pick<Scenario, "notes" | "constants" | "classes" | "helpers">;

/** Makes tasks of the entries; static files and failures are left out. */
export function mixOf(entries: readonly LogEntry[], environment: Environment): Mix {
  const wanted = entries.filter(({ target }) => !isStaticPath(urlParts(target).path));
  const good = wanted.filter(({ status }) => status < 400);
  const rows = rowsOf(good.length > 0 ? good : wanted, environment);
  const taken = rows.slice(0, MAX_TASKS);
  const writer = new TaskWriter();
  const tasks = taken.map((row) => writer.task(row));
  const rare = rows.slice(MAX_TASKS).reduce((sum, { count }) => sum + count, 0);
  return {
    notes: [
      ...leftOut(entries.length - wanted.length, "static files"),
      ...leftOut(good.length === 0 ? 0 : wanted.length - good.length, "answered with 4xx or 5xx"),
      ...leftOut(rare, `of rows after the ${MAX_TASKS} most frequent ones`),
    ],
    constants: writer.constants,
    classes: [{ name: "LogUser", tasks }],
    ...(writer.constants.length === 0 ? {} : { helpers: [new Code(PICK)] }),
  };
}

/** Returns `1 request`, `2 requests`. */
export function countedRequests(count: number): string {
  return `${count} request${count === 1 ? "" : "s"}`;
}

function leftOut(count: number, what: string): string[] {
  return count === 0 ? [] : [`Left out: ${countedRequests(count)}, ${what}.`];
}

/** Groups by method and name, the most frequent first. */
function rowsOf(entries: readonly LogEntry[], environment: Environment): Row[] {
  const rows = new Map<string, Row>();
  for (const { method, target } of entries) {
    const { path, query } = urlParts(target);
    const name = rowName(path);
    const row = rows.get(`${method} ${name}`) ?? { method, name, count: 0, targets: new Map() };
    row.count++;
    const full = query === "" ? path : `${path}?${withoutSecrets(query, environment)}`;
    row.targets.set(full, (row.targets.get(full) ?? 0) + 1);
    rows.set(`${method} ${name}`, row);
  }
  return [...rows.values()].sort((a, b) => b.count - a.count);
}

function withoutSecrets(query: string, environment: Environment): string {
  return query.split("&").map((pair) => {
    const at = pair.indexOf("=");
    return at < 0 ? pair : `${pair.slice(0, at)}=${environment.hide(pair.slice(0, at), pair.slice(at + 1))}`;
  }).join("&");
}

/** Writes tasks, and constants for those with several targets. */
class TaskWriter {
  readonly constants: Constant[] = [];
  readonly #names = methodNames();

  task(row: Row): Task {
    const words = row.name === "/" ? "home" : row.name.replaceAll(/:id\d*/g, "id");
    const name = this.#names.unique(camelCase(`${row.method.toLowerCase()} ${words}`, "call"));
    const hasBody = /^(?:POST|PUT|PATCH)$/.test(row.method);
    return {
      name,
      weight: row.count,
      ...(hasBody ? { comment: ["The log has no bodies: add one."] } : {}),
      actions: [{ kind: "request", request: this.#request(row, name) }],
    };
  }

  #request({ method, name, targets }: Row, task: string): RequestCall {
    const common = [...targets].sort(([, a], [, b]) => b - a).slice(0, MAX_TARGETS).map(([target]) => target);
    const named = common.length === 1 && common[0] === name ? {} : { name };
    if (common.length === 1) return { method, url: unmark(common[0]!), ...named };
    const constant = `${constantName(task)}_TARGETS`;
    const more = targets.size - common.length;
    this.constants.push({
      name: constant,
      value: new Code(`[${common.map(targetCode).join(", ")}]`),
      ...(more === 0 ? {} : { comment: [`The ${MAX_TARGETS} most frequent of ${targets.size}`] }),
    });
    return { method, url: new Code(`pick(${constant})`), ...named };
  }
}

function targetCode(target: string): string {
  const text = unmark(target);
  return hasMarks(target) && text instanceof Code ? text.text : stringCode(target);
}
