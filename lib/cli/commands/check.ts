/**
 * `locust check`: lists the contents of a locustfile without sending anything.
 *
 * @module
 */

import { formatDuration, formatPercent, formatRate } from "../../core/units.ts";
import { maxArrivalRate } from "../../load/arrivals.ts";
import type { ClassLoadWishes } from "../../load/class_load.ts";
import { mostUsers, shapeFor, shapeMs } from "../../load/shape.ts";
import type { ClassInfo, ScriptInfo } from "../../engine/messages.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import { replacedHosts } from "../../engine/run/beginning.ts";
import { counted } from "../../report/summary_text.ts";
import type { TypeCheck } from "./type_check.ts";

/**
 * Returns the output of `locust check` for a valid locustfile.
 *
 * @param path The file, or the URL
 * @param info Its contents
 * @param types Result of the type check; `null` for a URL
 * @param options Those in force
 */
export function checkText(
  path: string,
  info: ScriptInfo,
  types: TypeCheck | null,
  options: Pick<RunOptions, "host">,
): string {
  const { classes, hooks, thresholds, notes } = info;
  const lines = [path, `  ${classes.length} user class${classes.length === 1 ? "" : "es"}:`];
  const width = Math.max(...classes.map(({ name }) => name.length));
  lines.push(...classes.flatMap((one) => [
    `    ${one.name.padEnd(width)}  ${shareText(one, classes)}`,
    ...taskLines(one),
  ]));
  lines.push(`  hooks: ${hooks.length === 0 ? "none" : hooks.join(", ")}`);
  lines.push(`  thresholds: ${thresholds.length === 0 ? "none" : thresholds.join("; ")}`);
  if (types !== null) lines.push(`  types: ${types.kind === "skipped" ? `not checked, ${types.reason}` : "checked"}`);
  lines.push(...notes.map((note) => `  note: ${note}`));
  const hosts = replacedHosts(options, classes);
  lines.push(...hosts.map(({ level, text }) => `  ${level === "info" ? "note" : level}: ${text}`));
  return `${[...lines, "No problems found."].join("\n")}\n`;
}

function taskLines({ tasks }: ClassInfo): string[] {
  const width = Math.max(...tasks.map(({ name }) => name.length));
  const weights = tasks.reduce((sum, { weight }) => sum + weight, 0);
  return tasks.map(({ name, weight, tags }) => {
    const share = `weight ${weight}, ${formatPercent(weight / weights)} of the iterations`;
    return `      ${name.padEnd(width)}  ${[share, ...tags.map((tag) => `tag:${tag}`)].join(", ")}`;
  });
}

function shareText({ weight, fixedCount, load }: ClassInfo, classes: readonly ClassInfo[]): string {
  if (load !== null) return `a load of its own, ${loadText(load)}`;
  if (fixedCount !== undefined) return `always ${counted(fixedCount, "user")}`;
  const weights = classes.filter((one) => one.fixedCount === undefined && one.load === null).reduce(
    (sum, one) => sum + one.weight,
    0,
  );
  return `weight ${weight}, ${formatPercent(weights === 0 ? 0 : weight / weights)} of the users`;
}

function loadText(load: ClassLoadWishes): string {
  const shape = shapeFor(load);
  const users = counted(mostUsers(shape), "user");
  const lengthMs = shapeMs(shape);
  return [
    shape.model === "closed" ? users : `up to ${formatRate(maxArrivalRate(shape.stages))} by at most ${users}`,
    load.startTimeMs > 0 ? `from ${formatDuration(load.startTimeMs)} on` : "",
    Number.isFinite(lengthMs) ? `for ${formatDuration(lengthMs)}` : "",
  ].filter((part) => part !== "").join(" ");
}
