/**
 * Weighted methods of a user class, one of which is called in each iteration.
 *
 * @module
 */

import { didYouMean } from "../../core/suggestion.ts";

/** A task as a class writes it: its weight, or an object with weight and tags. */
export type TaskWish = number | {
  /** Share of the iterations relative to the other tasks, 0 or more. @default 1 */
  readonly weight?: number;
  /** Names for `--only tag:NAME`. @default none */
  readonly tags?: readonly string[];
};

/** The tasks of a class by the names of its methods. */
export type TaskWishes = Readonly<Record<string, TaskWish>>;

/** One task, checked. */
export interface Task {
  /** Name of the method. */
  readonly name: string;
  /** Share of the iterations relative to the other tasks, 0 or more. */
  readonly weight: number;
  readonly tags: readonly string[];
}

/** The parts of a user class that tasks are about. */
export interface TaskClass {
  readonly name: string;
  readonly tasks?: TaskWishes | undefined;
  readonly tags?: readonly string[];
  readonly prototype?: object;
}

/** Methods that the engine calls by itself. */
const RESERVED = ["constructor", "around", "onStart", "onStop", "run"];
const FIELDS = ["weight", "tags"];

/**
 * Reads and checks the tasks of a class.
 *
 * @returns The tasks in the order written; empty if the class has none
 * @throws {TypeError} if they cannot be used; the message follows "static "
 */
export function readTasks(userClass: TaskClass): readonly Task[] {
  const { tasks } = userClass;
  readTags(userClass.tags, "tags");
  if (tasks === undefined) return [];
  if (typeof tasks !== "object" || tasks === null || Array.isArray(tasks)) {
    throw new TypeError(`tasks is ${Deno.inspect(tasks)}, expected an object such as { browse: 3, buy: 1 }`);
  }
  if (typeof (userClass.prototype as { run?: unknown } | undefined)?.run === "function") {
    throw new TypeError("tasks and a method run(): expected one of them");
  }
  const methods = methodsOf(userClass.prototype ?? {});
  const read = Object.entries(tasks).map(([name, wish]) => readTask(name, wish, methods));
  const sum = read.reduce((sum, { weight }) => sum + weight, 0);
  if (sum === Infinity) {
    throw new TypeError("tasks has weights whose sum is too large for a number, expected smaller ones");
  }
  if (!(sum > 0)) {
    throw new TypeError("tasks has no task with a weight above 0, expected at least one");
  }
  return read;
}

function readTask(name: string, wish: TaskWish, methods: readonly string[]): Task {
  if (!methods.includes(name)) {
    const others = methods.length === 0 ? ", expected a method of this name" : didYouMean(name, methods);
    throw new TypeError(`tasks names "${name}": no such method${others}`);
  }
  const label = `tasks.${name}`;
  if (typeof wish === "number") return { name, weight: readWeight(wish, label), tags: [] };
  if (typeof wish !== "object" || wish === null || Array.isArray(wish)) {
    throw new TypeError(`${label} is ${Deno.inspect(wish)}, expected a weight, or { weight: 3, tags: ["smoke"] }`);
  }
  const unknown = Object.keys(wish).find((key) => !FIELDS.includes(key));
  if (unknown !== undefined) {
    throw new TypeError(`${label} has an unknown option ${unknown}${didYouMean(unknown, FIELDS)}`);
  }
  const { weight = 1, tags } = wish;
  return { name, weight: readWeight(weight, `${label}.weight`), tags: readTags(tags, `${label}.tags`) };
}

function readWeight(weight: unknown, label: string): number {
  if (typeof weight === "number" && weight >= 0 && weight < Infinity) return weight;
  throw new TypeError(`${label} is ${Deno.inspect(weight)}, expected a number of 0 or more`);
}

function readTags(tags: unknown, label: string): readonly string[] {
  if (tags === undefined) return [];
  if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string" && tag !== "")) return tags;
  throw new TypeError(`${label} is ${Deno.inspect(tags)}, expected a list of names such as ["smoke"]`);
}

/** Returns the names of the methods that a class and its bases define and that may be tasks. */
function methodsOf(prototype: object): string[] {
  const names = new Set<string>();
  for (let one: object | null = prototype; one !== null && !isOurs(one); one = Object.getPrototypeOf(one)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(one))) {
      if (typeof value === "function" && !RESERVED.includes(name)) names.add(name);
    }
  }
  return [...names];
}

/** Recognizes the prototypes of `User` and of plain objects, whose methods are not tasks; `HttpUser` adds none. */
function isOurs(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null || Object.hasOwn(prototype.constructor, "isLocustUser");
}
