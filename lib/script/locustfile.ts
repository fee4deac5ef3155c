/**
 * From a locustfile to what can be run.
 *
 * @module
 */

import { stripAnsiCode } from "@std/fmt/colors";
import { errorSite, readable, userStack } from "../core/error_site.ts";
import { ScriptError } from "../core/errors.ts";
import type { LocustClientSession } from "../http/session.ts";
import type { TestControl } from "./control.ts";
import { HttpUser, type UserClass } from "./user.ts";

/** What a locustfile exports, checked. */
export interface Script {
  /** The user classes, in the order of their names in the module. */
  readonly userClasses: readonly UserClass[];
  /** Called once before the load. */
  readonly setup: (() => unknown) | null;
  /** Called once after the load, with what `setup` returned. */
  readonly teardown: ((data: unknown) => unknown) | null;
  /** Drives the run in place of a plan. */
  readonly control: ((test: TestControl) => unknown) | null;
}

type RunFunction = (client: LocustClientSession, user: HttpUser) => unknown;

/**
 * Imports a locustfile.
 *
 * @param url Its URL: `file:`, or whatever the runtime can import
 * @throws {ScriptError} if it cannot be imported, or exports nothing that can be run
 */
export async function loadScript(url: string): Promise<Script> {
  let module: Record<string, unknown>;
  try {
    module = await import(url);
  } catch (error) {
    throw importError(url, error);
  }
  return scriptFrom(module, displayPath(url));
}

/** Returns the script that requests one URL over and over. */
export function urlScript(url: string): Script {
  return { userClasses: [runUser((client) => client.get(url))], setup: null, teardown: null, control: null };
}

/**
 * Reads a module's exports.
 *
 * @param module The module's namespace
 * @param path Its path, for messages
 * @throws {ScriptError} if there is neither a user class nor a function `run`, or an export has the wrong type
 */
export function scriptFrom(module: Record<string, unknown>, path: string): Script {
  const classes = [...new Set(Object.values(module).filter(isUserClass))];
  const run = module["run"];
  if (classes.length === 0 && typeof run !== "function") {
    throw new ScriptError(`Cannot run "${path}": it exports neither a user class nor a function named run`, {
      hint:
        "export async function run(client) { await client.get(…) }, or a class that extends HttpUser and has run().",
    });
  }
  for (const one of classes) checkClass(one, path);
  return {
    userClasses: classes.length > 0 ? classes : [runUser(run as RunFunction)],
    setup: hook(module, "setup", path),
    teardown: hook(module, "teardown", path),
    control: hook(module, "control", path),
  };
}

/** Returns a `file:` URL as a path, other URLs as they are. */
export function displayPath(url: string): string {
  return readable(url);
}

function isUserClass(value: unknown): value is UserClass {
  if (typeof value !== "function" || !("isLocustUser" in value)) return false;
  return typeof value.prototype?.run === "function";
}

function runUser(run: RunFunction): UserClass {
  return class User extends HttpUser {
    override async run() {
      await run(this.client, this);
    }
  };
}

function checkClass(one: UserClass, path: string): void {
  const problem = (what: string) => new ScriptError(`Cannot run class ${one.name} of "${path}": ${what}`);
  if (typeof one.weight !== "number" || !(one.weight >= 0) || !Number.isFinite(one.weight)) {
    throw problem(`static weight is ${Deno.inspect(one.weight)}, expected a number of 0 or more`);
  }
  const { fixedCount } = one;
  if (fixedCount !== undefined && !(Number.isInteger(fixedCount) && fixedCount >= 0)) {
    throw problem(`static fixedCount is ${Deno.inspect(fixedCount)}, expected a whole number of 0 or more`);
  }
  if (one.waitTime !== undefined && typeof one.waitTime !== "function") {
    throw problem("static waitTime is no function, expected between(1, 3), constant(2) or a function of your own");
  }
}

function hook<F>(module: Record<string, unknown>, name: string, path: string): F | null {
  const value = module[name];
  if (value === undefined) return null;
  if (typeof value !== "function") {
    throw new ScriptError(`Cannot run "${path}": its export ${name} is no function`);
  }
  return value as F;
}

function importError(url: string, error: unknown): ScriptError {
  const path = displayPath(url);
  if (errorSite(error) !== null || !(error instanceof Error)) {
    return new ScriptError(`Cannot import "${path}": it threw ${userStack(error)}`, { cause: error });
  }
  // An error of the module loader has no frame of the user's; its message names file, line and often the source.
  const text = readable(stripAnsiCode(error.message)).replace(/^SyntaxError: /, "");
  return new ScriptError(`Cannot import "${path}": ${text}`, { cause: error });
}
