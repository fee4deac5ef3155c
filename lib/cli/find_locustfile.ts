/**
 * Finds the locustfile to run.
 *
 * @module
 */

import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ScriptError, UsageError } from "../core/errors.ts";
import { fileProblem } from "../core/file_problem.ts";
import type { ProcessState } from "./process.ts";

/** Default locustfiles; the first one that exists is run. */
export const DEFAULT_FILES: readonly string[] = ["locustfile.ts", "locustfile.js", "locustfile.mts", "locustfile.mjs"];

/** File names that mean stdin. */
const STDIN_NAMES = ["-", "/dev/stdin"];
const SCRIPT_NAME = /\.[mc]?[jt]sx?$/i;
/** `localhost`, an IP address, a name with dots, or any name with a port; optionally followed by a path. */
const ADDRESS = /^(?:localhost|\[[0-9a-f:.]+\]|[\w-]+(?:\.[\w-]+)+|[\w.-]+(?=:\d))(?::\d{1,5})?(?:[/?#].*)?$/i;

/**
 * Returns the absolute path of the locustfile, or `null` if none is given and the working directory has none.
 *
 * @param process The process
 * @param given A path or a `file:` URL, if one was given
 * @param mayBeMissing Whether the path of a missing file is returned, too: the run fails then, and its reports say so
 * @throws {ScriptError} if it cannot be opened
 * @throws {UsageError} if it is an address or stdin rather than a file
 */
export async function findLocustfile(
  process: ProcessState,
  given: string | undefined,
  mayBeMissing = false,
): Promise<string | null> {
  if (given === undefined) return await defaultFile(process, process.cwd);
  if (STDIN_NAMES.includes(given)) {
    throw new UsageError([`Cannot run "${given}": a locustfile cannot come from stdin, expected a file or a URL`]);
  }
  const path = /^file:/i.test(given) ? fileURLToPath(given) : resolve(process.cwd, given);
  if (await process.isDevice(path)) {
    // Each worker reads the locustfile: a pipe has it once, and some devices have no end.
    throw new ScriptError(`Cannot open locustfile "${path}": a device or pipe, expected a file`);
  }
  if (await isFile(process, path)) return path;
  if (await process.isFolder(path)) throw await folderError(process, path);
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(given)?.[1];
  if (scheme !== undefined && scheme.toLowerCase() !== "file") {
    throw new UsageError([`Cannot run "${given}": ${scheme}: is not supported, expected http:// or https://`]);
  }
  if (ADDRESS.test(given) && !SCRIPT_NAME.test(given)) {
    throw new UsageError([`Cannot open "${given}": no such file, did you mean "http://${given}"?`]);
  }
  if (mayBeMissing) return path;
  throw new ScriptError(`Cannot open locustfile "${path}": no such file`);
}

async function defaultFile(process: ProcessState, folder: string): Promise<string | null> {
  for (const path of DEFAULT_FILES.map((name) => join(folder, name))) {
    if (await isFile(process, path)) return path;
  }
  return null;
}

async function folderError(process: ProcessState, path: string): Promise<ScriptError> {
  const inside = await defaultFile(process, path);
  const hint = inside === null ? {} : { hint: `Run "locust ${inside}".` };
  return new ScriptError(`Cannot open locustfile "${path}": a folder, expected a file`, hint);
}

async function isFile(process: ProcessState, path: string): Promise<boolean> {
  try {
    return await process.isFile(path);
  } catch (cause) {
    throw new ScriptError(`Cannot open locustfile "${path}": ${fileProblem(cause)}`, { cause });
  }
}
