/**
 * Imports and checks a locustfile.
 *
 * @module
 */

import { errorSite, readable } from "../core/error_site.ts";
import { ScriptError, UsageError } from "../core/errors.ts";
import type { LocustClientSession } from "../http/session.ts";
import { settingsProblems } from "../http/client/settings_check.ts";
import { readBaseUrl } from "../http/client/target.ts";
import type { TransportName } from "../http/transport.ts";
import { readClassLoad } from "../load/class_load.ts";
import type { RemoteControl, TestControl } from "./control.ts";
import { requireFromDisk } from "./require_from_disk.ts";
import { select, type Selection } from "./scenario/selection.ts";
import { readTasks, type Task } from "./scenario/tasks.ts";
import { HttpUser, User, type UserClass } from "./user.ts";

/** The checked exports of a locustfile. */
export interface Script {
  /** The user classes that run, in the order of their names in the module. */
  readonly userClasses: readonly UserClass[];
  /** Their tasks; none for a class that has `run`. */
  readonly tasks: ReadonlyMap<UserClass, readonly Task[]>;
  /** Called once before the load. */
  readonly setup: (() => unknown) | null;
  /** Called once after the load, with what `setup` returned. */
  readonly teardown: ((data: unknown) => unknown) | null;
  /** Drives the run instead of a load plan. */
  readonly control: ((test: RemoteControl) => Promise<void>) | null;
  /** Thresholds, not parsed yet. */
  readonly thresholds: readonly string[];
  /** Exports that look like user code but are not run, one line each. */
  readonly notes: readonly string[];
}

type RunFunction = (client: LocustClientSession, user: HttpUser) => unknown;

/**
 * Imports a locustfile.
 *
 * @param url Its URL: `file:`, or any other that the runtime can import
 * @param transport The default transport of the classes
 * @param only Classes, tasks and tags to run; `null` for all. Others are not checked
 * @throws {ScriptError} if it cannot be imported, or exports nothing to run
 * @throws {UsageError} if a class, task or tag of `only` does not exist
 */
export async function loadScript(
  url: string,
  transport: TransportName = "socket",
  only: readonly string[] | null = null,
): Promise<Script> {
  if (Deno.build.standalone) requireFromDisk();
  let module: Record<string, unknown>;
  try {
    module = await import(url);
  } catch (error) {
    if (error instanceof UsageError) throw atSite(error);
    const { importError } = await import("./import_error.ts");
    throw importError(readable(url), error);
  }
  return scriptFrom(module, readable(url), transport, only);
}

/** Adds the place in the user's code to an error of the options that the locustfile ran into. */
function atSite(error: UsageError): UsageError {
  const site = errorSite(error);
  return site === null
    ? error
    : new UsageError(error.problems.map((one) => `${one} (${site.file}:${site.line})`), error.hint);
}

/**
 * Returns a script that requests one URL repeatedly.
 *
 * @throws {UsageError} if `only` names another class
 */
export function urlScript(url: string, only: readonly string[] | null): Script {
  const chosen = select([runUser((client) => client.get(url))], only);
  return {
    userClasses: [...chosen.keys()],
    tasks: chosenTasks(chosen),
    setup: null,
    teardown: null,
    control: null,
    thresholds: [],
    notes: [],
  };
}

/**
 * Reads a module's exports.
 *
 * @param module The module's namespace
 * @param path Its path, for messages
 * @param transport The default transport of the classes
 * @param only Classes, tasks and tags to run; `null` for all
 * @throws {ScriptError} if there is neither a user class nor a function `run`, or an export has the wrong type
 * @throws {UsageError} if a class, task or tag of `only` does not exist
 */
export function scriptFrom(
  module: Record<string, unknown>,
  path: string,
  transport: TransportName = "socket",
  only: readonly string[] | null = null,
): Script {
  const classes = [...new Set(Object.values(module).filter(isUserClass))];
  const run = module["run"];
  if (classes.length === 0 && typeof run !== "function") {
    throw new ScriptError(`Cannot run "${path}": it exports ${whatElse(module)}`, {
      hint:
        "export async function run(client) { await client.get(…) }, or a class that extends HttpUser and has run().",
    });
  }
  const chosen = select(classes.length > 0 ? classes : [runUser(run as RunFunction)], only);
  for (const one of chosen.keys()) checkClass(one, path, transport);
  const control = hook<(test: TestControl) => unknown>(module, "control", path);
  return {
    userClasses: [...chosen.keys()],
    tasks: chosenTasks(chosen),
    setup: hook(module, "setup", path),
    teardown: hook(module, "teardown", path),
    control: control === null ? null : (test) => test.drive(control),
    thresholds: thresholds(module, path),
    notes: leftOut(module, classes.length > 0),
  };
}

/** Returns the tasks of the chosen classes that run; a task named by `--only` runs even if its weight is 0. */
function chosenTasks(chosen: Selection<UserClass>): ReadonlyMap<UserClass, readonly Task[]> {
  return new Map([...chosen].map(([one, names]) => {
    const tasks = readTasks(one).filter(({ name }) => names === null || names.has(name));
    const isWeightless = tasks.every(({ weight }) => weight === 0);
    return [one, isWeightless ? tasks.map((task) => ({ ...task, weight: 1 })) : tasks] as const;
  }));
}

/** Recognizes user classes, including those without `run`, such as base classes. */
function isUserKind(value: unknown): value is UserClass {
  return typeof value === "function" && "isLocustUser" in value;
}

function isUserClass(value: unknown): value is UserClass {
  return isUserKind(value) && (typeof value.prototype?.run === "function" || value.tasks !== undefined);
}

/** Recognizes classes that would run if they extended a user class; not our own Runner, which may be re-exported. */
function isPlainClass(value: unknown): value is { readonly name: string } {
  if (typeof value !== "function" || isUserKind(value)) return false;
  return typeof value.prototype?.run === "function" && !("setPaused" in value.prototype);
}

/** Describes the exports of a module that has nothing to run. */
function whatElse(module: Record<string, unknown>): string {
  const listed = (classes: readonly { readonly name: string }[], what: string) =>
    classes.length === 0
      ? []
      : [`${classes.length > 1 ? "classes" : "class"} ${classes.map(({ name }) => name).join(", ")} ${what}`];
  const values = Object.values(module);
  const parts = [
    ...listed(values.filter(isUserKind), "without a method run"),
    ...listed(values.filter(isPlainClass), "not extending HttpUser or User"),
  ];
  return parts.length === 0 ? "neither a user class nor a function named run" : parts.join(", and ");
}

/** Describes exports that do not run although others do; a class without `run` may be a base class. */
function leftOut(module: Record<string, unknown>, hasClasses: boolean): string[] {
  const isOurs = (one: unknown) => one === User || one === HttpUser;
  const values = [...new Set(Object.values(module))];
  const bases = values.filter(isUserKind).filter((one) => !isUserClass(one) && !isOurs(one));
  const isRunLeftOut = hasClasses && typeof module["run"] === "function";
  return [
    ...bases.map(({ name }) => `Class ${name} runs no users: it has no method run`),
    ...values.filter(isPlainClass).map(({ name }) =>
      `Class ${name} runs no users: it extends neither HttpUser nor User`
    ),
    ...(isRunLeftOut ? ["The function run is left out: the locustfile has user classes"] : []),
  ];
}

function runUser(run: RunFunction): UserClass {
  return class User extends HttpUser {
    override run() {
      return run(this.client, this) as Promise<void>;
    }
  };
}

function checkClass(one: UserClass, path: string, transport: TransportName): void {
  const problem = (what: string) => new ScriptError(`Cannot run class ${one.name} of "${path}": ${what}`);
  if (typeof one.weight !== "number" || !(one.weight >= 0) || !Number.isFinite(one.weight)) {
    throw problem(`static weight is ${Deno.inspect(one.weight)}, expected a number of 0 or more`);
  }
  const { fixedCount } = one;
  if (fixedCount !== undefined && !(Number.isInteger(fixedCount) && fixedCount >= 0)) {
    throw problem(`static fixedCount is ${Deno.inspect(fixedCount)}, expected a whole number of 0 or more`);
  }
  if (one.waitTime !== undefined && typeof one.waitTime !== "function" && !(one.waitTime.everyMs > 0)) {
    throw problem(
      "static waitTime is not a wait time, expected between(1, 3), constant(2), constantPacing(1) or a function of your own",
    );
  }
  try {
    readTasks(one);
    if (one.load !== undefined) readClassLoad(one.load);
  } catch (error) {
    throw problem(`static ${(error as Error).message}`);
  }
  if ((one.host ?? null) !== null) {
    try {
      readBaseUrl(one.host);
    } catch (error) {
      throw problem(`static host is ${Deno.inspect(one.host)}: ${(error as Error).message}`);
    }
  }
  // What a function returns is checked once there is data to give it.
  const problems = typeof one.client === "function" ? [] : settingsProblems(one.client ?? {}, transport);
  if (problems.length > 0) throw problem(`static ${problems.join("; ")}`);
}

function hook<F>(module: Record<string, unknown>, name: string, path: string): F | null {
  const value = module[name];
  if (value === undefined) return null;
  if (typeof value !== "function") {
    throw new ScriptError(`Cannot run "${path}": its export ${name} is not a function`);
  }
  return value as F;
}

function thresholds(module: Record<string, unknown>, path: string): readonly string[] {
  const value = module["thresholds"] ?? [];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value;
  throw new ScriptError(
    `Cannot run "${path}": its export thresholds is not a list of strings, expected ["p95 < 500ms"]`,
  );
}
