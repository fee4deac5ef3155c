/**
 * Files that results go to.
 *
 * @module
 */

import { dirname } from "node:path";
import { OutputError, UsageError } from "../core/errors.ts";
import { fileProblem } from "../core/file_problem.ts";

/**
 * Makes sure that a file can be written, before any load; its folder is made. A file that is there stays as it is, and
 * where there is none, none is left.
 *
 * @param path Where it goes
 * @param label How the path's option is called in the message
 * @throws {UsageError} if it cannot
 */
export async function checkWritable(path: string, label: string): Promise<void> {
  try {
    if (await opens(path, { append: true })) return;
    await Deno.mkdir(dirname(path), { recursive: true });
    if (await opens(path, { append: true, createNew: true })) return await Deno.remove(path);
    await opens(path, { append: true, create: true }); // a link to where there is no file yet
  } catch (cause) {
    throw new UsageError([
      `Cannot use ${label} "${path}": ${fileProblem(cause)}, expected the path of a file to write`,
    ]);
  }
}

/** Opens a file and closes it; returns `false` where there is none, or, where it is to be new, there is one. */
async function opens(path: string, options: Deno.OpenOptions): Promise<boolean> {
  try {
    (await Deno.open(path, options)).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.AlreadyExists) return false;
    throw error;
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
