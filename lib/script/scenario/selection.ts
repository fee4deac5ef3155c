/**
 * Which classes and tasks `--only` selects.
 *
 * @module
 */

import { didYouMean, nearestName } from "../../core/suggestion.ts";
import { UsageError } from "../../core/errors.ts";
import type { TaskClass } from "./tasks.ts";

const TAG = "tag:";

/** What runs: the chosen classes, each with the names of its tasks that run, or `null` for all. */
export type Selection<C> = ReadonlyMap<C, ReadonlySet<string> | null>;

/**
 * Selects classes and tasks.
 *
 * @param classes All classes of the locustfile
 * @param only Each is a class (`Shopper`), a task of a class (`Shopper.buy`), or a tag of classes and tasks (`tag:smoke`);
 * what one of them selects runs. `null` selects everything
 * @throws {UsageError} if one of `only` selects nothing
 */
export function select<C extends TaskClass>(classes: readonly C[], only: readonly string[] | null): Selection<C> {
  if (only === null) return new Map(classes.map((one) => [one, null]));
  const whole = new Set<C>();
  const parts = new Map<C, Set<string>>();
  const addTask = (one: C, task: string) => parts.set(one, (parts.get(one) ?? new Set()).add(task));
  const problems: string[] = [];
  const unknown: string[] = [];
  for (const name of only) {
    const found = classes.find((one) => one.name === name);
    if (found !== undefined) whole.add(found);
    else if (name.startsWith(TAG)) {
      const tag = name.slice(TAG.length);
      const tagged = classes.filter(({ tags }) => isTagged(tags, tag));
      const tasks = classes.flatMap((one) =>
        tasksOf(one).filter((task) => isTagged(tagsOf(one, task), tag)).map((task) => ({ one, task }))
      );
      for (const one of tagged) whole.add(one);
      for (const { one, task } of tasks) addTask(one, task);
      if (tagged.length + tasks.length === 0) problems.push(noTag(name, tag, classes));
    } else {
      const [className = "", task] = name.split(".", 2);
      const one = task === undefined ? undefined : classes.find((one) => one.name === className);
      if (one === undefined) unknown.push(name);
      else if (tasksOf(one).includes(task!)) addTask(one, task!);
      else problems.push(noTask(name, task!, one));
    }
  }
  if (unknown.length > 0) {
    const names = classes.map(({ name }) => name);
    const meant = unknown.length === 1 ? nearestName(unknown[0]!.split(".", 1)[0]!, names) : null;
    const hint = meant === null ? `, expected some of ${names.join(", ")}` : `, did you mean "${meant}"?`;
    problems.unshift(`Cannot run only ${unknown.join(", ")}: no such class${hint}`);
  }
  if (problems.length > 0) throw new UsageError(problems);
  const selection = new Map<C, ReadonlySet<string> | null>();
  for (const one of classes) {
    const tasks = whole.has(one) ? null : parts.get(one);
    if (tasks !== undefined) selection.set(one, tasks);
  }
  return selection;
}

function noTask(name: string, task: string, one: TaskClass): string {
  const tasks = tasksOf(one);
  const others = tasks.length === 0 ? `, class ${one.name} has no tasks` : didYouMean(task, tasks);
  return `Cannot run only ${name}: no such task${others}`;
}

function noTag(name: string, tag: string, classes: readonly TaskClass[]): string {
  const tags = new Set(classes.flatMap((one) => [
    ...(one.tags ?? []),
    ...tasksOf(one).flatMap((task) => tagsOf(one, task)),
  ]));
  const others = tags.size === 0 ? ", no class or task has tags" : didYouMean(tag, [...tags]);
  return `Cannot run only ${name}: no such tag${others}`;
}

/** Returns the names of a class's tasks, which may not have been checked. */
function tasksOf({ tasks }: TaskClass): string[] {
  return typeof tasks === "object" && tasks !== null ? Object.keys(tasks) : [];
}

function tagsOf({ tasks }: TaskClass, name: string): readonly string[] {
  const wish: unknown = tasks?.[name];
  const tags: unknown = typeof wish === "object" && wish !== null ? (wish as { tags?: unknown }).tags : [];
  return Array.isArray(tags) ? tags : [];
}

function isTagged(tags: readonly string[] | undefined, tag: string): boolean {
  return Array.isArray(tags) && tags.includes(tag);
}
