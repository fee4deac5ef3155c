/**
 * From a file to a locustfile. Sends nothing.
 *
 * @module
 */

import { ScriptError, UsageError } from "../core/errors.ts";
import { IMPORT_KINDS, type ImportKind } from "./kinds.ts";
import type { DataFile, ImportOptions, ImportSource } from "./model.ts";
import { parsedJson, requireJson } from "./source_json.ts";
import { writeLocustfile } from "./writer/writer.ts";

/**
 * Returns the locustfile of a file, formatted as by `deno fmt`.
 *
 * @param source The file
 * @param options What to take of it
 * @param kind What it is. @default recognised by its contents
 * @throws {ScriptError} if nothing can be imported
 */
export async function importFile(source: ImportSource, options: ImportOptions, kind?: ImportKind): Promise<string> {
  return (await importFiles(source, options, kind)).locustfile;
}

/** What an import makes. */
export interface ImportedFiles {
  /** TypeScript, formatted. */
  readonly locustfile: string;
  /** Data that the locustfile reads; `undefined` for none. */
  readonly data: DataFile | undefined;
}

/** Returns the locustfile, as {@linkcode importFile} does, and the data beside it. */
export async function importFiles(
  source: ImportSource,
  options: ImportOptions,
  kind?: ImportKind,
): Promise<ImportedFiles> {
  const found = kind ?? recognise(source);
  checkOptions(source, options, found);
  const scenario = await found.read(source, options);
  const { formatTypeScript } = await import("./writer/formatter.ts");
  return { locustfile: formatTypeScript(writeLocustfile(scenario)), data: scenario.data };
}

function recognise(source: ImportSource): ImportKind {
  const kind = IMPORT_KINDS.find((one) => one.isKind(source));
  if (kind !== undefined) return kind;
  if (/^\ufeff?\s*(?:[{[]|$)/.test(source.text) && parsedJson(source) === undefined) requireJson(source);
  throw new ScriptError(
    `Cannot import "${source.name}": unknown kind of file, expected ${listed(IMPORT_KINDS.map(({ title }) => title))}`,
  );
}

/** Checks that each option is one of the kind's. */
function checkOptions(source: ImportSource, options: ImportOptions, kind: ImportKind): void {
  const names = (Object.keys(options) as (keyof ImportOptions)[]).filter((name) => !kind.options.includes(name));
  if (names.length === 0) return;
  throw new UsageError(names.map((name) => {
    const takers = IMPORT_KINDS.filter((one) => one.options.includes(name)).map(({ title }) => title);
    const flag = name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return `Cannot use --${flag}: "${source.name}" is imported as ${kind.title}, expected ${listed(takers)}`;
  }));
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
