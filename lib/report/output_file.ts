/**
 * Files that results go to.
 *
 * @module
 */

import { dirname } from "node:path";
import { OutputError, UsageError } from "../core/errors.ts";
import { fileProblem } from "../core/file_problem.ts";

/**
 * Makes sure that a file can be written, before any load; its folder is made.
 *
 * @param path Where it goes
 * @param label How the path's option is called in the message
 * @throws {UsageError} if it cannot
 */
export async function checkWritable(path: string, label: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    (await Deno.open(path, { append: true, create: true })).close();
  } catch (cause) {
    throw new UsageError([
      `Cannot use ${label} "${path}": ${fileProblem(cause)}, expected the path of a file to write`,
    ]);
  }
}

/**
 * Writes a file, in place of what was there; its folder is made.
 *
 * @throws {OutputError} if it cannot
 */
export async function writeResult(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  } catch (cause) {
    throw new OutputError(`Cannot write "${path}": ${fileProblem(cause)}`, { cause });
  }
}
