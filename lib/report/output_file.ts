/**
 * Result files.
 *
 * @module
 */

import { dirname } from "node:path";
import { OutputError, UsageError } from "../core/errors.ts";
import { fileProblem } from "../core/file_problem.ts";

/**
 * Checks before any load that a file can be written, and creates its folder. An existing file stays unchanged, and no
 * new file remains.
 *
 * @param path Path of the file
 * @param label Name of the option for the message
 * @throws {UsageError} if it cannot be written
 */
export async function checkWritable(path: string, label: string): Promise<void> {
  const fail = (state: string) =>
    new UsageError([`Cannot use ${label} "${path}": ${state}, expected the path of a file to write`]);
  if (await isNamedPipe(path)) throw fail("a named pipe, which waits for whoever reads it");
  try {
    if (await opens(path, { append: true })) return;
    await Deno.mkdir(dirname(path), { recursive: true });
    if (await opens(path, { append: true, createNew: true })) return await Deno.remove(path);
    await opens(path, { append: true, create: true }); // a link to a file that does not exist yet
  } catch (cause) {
    throw fail(fileProblem(cause));
  }
}

/** Returns whether a path is a pipe that the file system has; one of the shell's own, `/dev/fd/63`, has its reader. */
async function isNamedPipe(path: string): Promise<boolean> {
  if (path.startsWith("/dev/")) return false;
  try {
    return (await Deno.stat(path)).isFifo === true;
  } catch {
    return false; // not there yet, or opening it says what is wrong
  }
}

/** Opens and closes a file; returns `false` if it is missing, or if `createNew` is set and it exists. */
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
 * Writes a file, replacing an existing one, and creates its folder.
 *
 * @throws {OutputError} if it cannot be written
 */
export async function writeResult(path: string, text: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeTextFile(path, text);
  } catch (cause) {
    throw writeFailure(path, cause);
  }
}

/**
 * Replaces a file as a whole, and creates its folder: readers see the old contents or the new ones. A device or a link
 * is written in place.
 */
export function replaceFile(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  if (isPlace(path)) return Deno.writeTextFileSync(path, text);
  const part = `${path}.tmp`;
  try {
    Deno.writeTextFileSync(part, text);
    Deno.renameSync(part, path);
  } catch (error) {
    removeIfThere(part); // half a file is of no use to anyone
    throw error;
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was never made, or may not be removed: why it could not be written is what counts.
  }
}

/** Returns whether a path is anything but a file of its own. */
function isPlace(path: string): boolean {
  try {
    return !Deno.lstatSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Returns the error of a file that cannot be written. */
export function writeFailure(path: string, cause: unknown): OutputError {
  return new OutputError(`Cannot write "${path}": ${fileProblem(cause)}`, { cause });
}
