/**
 * `locust import`: makes a locustfile of recorded traffic or a description of an API.
 *
 * @module
 */

import { dirname, join, resolve } from "node:path";
import { EXIT_CODES, OutputError, ScriptError } from "../../core/errors.ts";
import { checkHasEnd, fileProblem } from "../../core/file_problem.ts";
import { formatBytes } from "../../core/units.ts";
import { importFiles } from "../../import/import_file.ts";
import type { DataFile, ImportSource } from "../../import/model.ts";
import { writeResult } from "../../report/output_file.ts";
import type { ImportCommand } from "../parsing/parse_import.ts";
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
  const options = command.environment === undefined
    ? command.options
    : { ...command.options, environment: await readSource(process, command.environment) };
  const { locustfile, data } = await importFiles(source, options, command.from);
  if (data !== undefined) await writeData(process, data, command);
  await writeLocustfileTo(process, locustfile, command);
  return EXIT_CODES.completed;
}

/** Where a locustfile goes. */
export type Destination = Pick<ImportCommand, "output" | "isForced">;

/** Writes a locustfile to stdout, or to a file, which must not exist unless that is forced. */
export async function writeLocustfileTo(process: ProcessState, text: string, to: Destination): Promise<void> {
  if (to.output === undefined) return void process.stdout.write(text);
  await checkIsNew(process, to);
  await writeResult(resolve(process.cwd, to.output), text);
  process.stderr.write(`Wrote ${to.output}; now run: locust check ${to.output}\n`);
}

/**
 * Checks that no locustfile would be overwritten.
 *
 * @throws {OutputError} if one would be
 */
export async function checkIsNew(process: ProcessState, { output, isForced }: Destination): Promise<void> {
  if (output === undefined || isForced) return;
  const path = resolve(process.cwd, output);
  if (!(await process.isFile(path)) || (await process.isDevice(path))) return;
  throw new OutputError(`Cannot write "${output}": the file exists already, expected a new path, or --force`);
}

/** Writes the data beside the locustfile, if neither exists or that is forced. */
async function writeData(process: ProcessState, { name, text }: DataFile, command: ImportCommand): Promise<void> {
  const output = join(dirname(command.output!), name);
  await checkIsNew(process, command);
  await checkIsNew(process, { ...command, output });
  await writeResult(resolve(process.cwd, output), text);
  process.stderr.write(`Wrote ${output}\n`);
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
