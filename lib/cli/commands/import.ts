/**
 * `locust import`: makes a locustfile of recorded traffic or a description of an API.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT_CODES, OutputError, ScriptError } from "../../core/errors.ts";
import { checkHasEnd, fileProblem } from "../../core/file_problem.ts";
import { formatBytes } from "../../core/units.ts";
import { importFile } from "../../import/import_file.ts";
import type { ImportSource } from "../../import/model.ts";
import { writeResult } from "../../report/output_file.ts";
import type { ImportCommand } from "../parse_import.ts";
import type { ProcessState } from "../process.ts";

/** Largest file that is read, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/**
 * Writes the locustfile of a file.
 *
 * @returns The exit code
 * @throws {ScriptError} if the file cannot be read, or has nothing to import
 * @throws {OutputError} if the locustfile exists, or cannot be written
 */
export async function importTo(process: ProcessState, command: ImportCommand): Promise<number> {
  const source = await readSource(process, command.file);
  const text = await importFile(source, command.options, command.from);
  await writeLocustfileTo(process, text, command);
  return EXIT_CODES.completed;
}

/** Writes a locustfile to stdout, or to a file, which must not exist unless that is forced. */
export async function writeLocustfileTo(
  process: ProcessState,
  text: string,
  { output, isForced }: Pick<ImportCommand, "output" | "isForced">,
): Promise<void> {
  if (output === undefined) return void process.stdout.write(text);
  const path = resolve(process.cwd, output);
  if (!isForced && (await process.isFile(path)) && !(await process.isDevice(path))) {
    throw new OutputError(`Cannot write "${output}": the file exists already, expected a new path, or --force`);
  }
  await writeResult(path, text);
  process.stderr.write(`Wrote ${output}; now run: locust check ${output}\n`);
}

async function readSource(process: ProcessState, file: string): Promise<ImportSource> {
  const name = file === "-" ? "stdin" : file;
  try {
    const path = resolve(process.cwd, file);
    if (file !== "-") checkHasEnd(path);
    const stream = file === "-" ? Deno.stdin.readable : (await Deno.open(path)).readable;
    return { name, text: await readText(stream) };
  } catch (cause) {
    throw new ScriptError(`Cannot import "${name}": ${fileProblem(cause)}`, { cause });
  }
}

async function readText(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const part of stream) {
    size += part.length;
    if (size > MAX_BYTES) throw new Error(`larger than ${formatBytes(MAX_BYTES)}`);
    parts.push(part);
  }
  return await new Blob(parts).text();
}
