/**
 * Parses the arguments of `locust import`.
 *
 * @module
 */

import { basename } from "node:path";
import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggestion.ts";
import { parseDurationMs } from "../../core/units.ts";
import { IMPORT_KINDS, type ImportKind } from "../../import/kinds.ts";
import type { ImportOptions } from "../../import/model.ts";
import { type FlagValue, type GivenArguments, readArguments } from "../flags/arguments.ts";
import { IMPORT_FLAGS } from "../flags/import_flags.ts";

/** Make a locustfile of another file. */
export interface ImportCommand {
  readonly kind: "import";
  /** Path of the file; `-` for stdin. */
  readonly file: string;
  /** Path of the locustfile; `undefined` for stdout. */
  readonly output: string | undefined;
  /** Whether an existing file is overwritten. */
  readonly isForced: boolean;
  /** What the file is; `undefined` to recognise it. */
  readonly from: ImportKind | undefined;
  /** Path of the environment of a Postman collection. */
  readonly environment: string | undefined;
  readonly options: ImportOptions;
}

/** Variables set none of these options. */
export const NO_ENVIRONMENT = { get: () => undefined, names: () => [] };

/**
 * Parses the arguments.
 *
 * @throws {UsageError} if one is invalid
 */
export function parseImport(args: readonly string[]): ImportCommand {
  const given = readArguments(args, NO_ENVIRONMENT, IMPORT_FLAGS);
  const { values, positionals } = given;
  const problems = [
    ...given.problems,
    ...positionals.slice(1).map((extra) => `Cannot use "${extra}": unexpected argument, expected one file`),
    ...(positionals.length === 0 ? ["Cannot import: no file, expected its path, or - for stdin"] : []),
    ...fromProblems(values.get("from")),
    ...thinkTimeProblems(given),
    ...replayProblems(given),
  ];
  if (problems.length > 0) throw new UsageError(problems);
  const [output, environment] = [values.get("output"), values.get("environment")];
  return {
    kind: "import",
    file: positionals[0]!,
    output: output === undefined ? undefined : String(output),
    isForced: values.get("force") === true,
    from: IMPORT_KINDS.find(({ name }) => name === values.get("from")),
    environment: environment === undefined ? undefined : String(environment),
    options: importOptions(given),
  };
}

/** Returns the options of an import. */
export function importOptions({ values }: GivenArguments): ImportOptions {
  const thinkTimes = values.get("thinkTimes");
  const lists = (["include", "exclude", "only"] as const).filter((key) => values.has(key));
  return {
    ...(thinkTimes === undefined ? {} : { thinkTimes: parseThinkTimes(String(thinkTimes)) }),
    ...Object.fromEntries(lists.map((key) => [key, values.get(key) as readonly string[]])),
    ...(values.get("replay") === true ? { replay: requestsFile(String(values.get("output"))) } : {}),
  };
}

/** Returns the name of the file of requests: `locustfile.requests.csv` for `locustfile.ts`. */
function requestsFile(output: string): string {
  return `${basename(output).replace(/\.[mc]?[jt]s$/, "")}.requests.csv`;
}

function replayProblems({ values }: GivenArguments): string[] {
  if (values.get("replay") !== true || values.has("output")) return [];
  return ["Cannot use --replay: it writes a file of requests beside the locustfile, expected -o <file>"];
}

function fromProblems(from: FlagValue | undefined): string[] {
  const names = IMPORT_KINDS.map(({ name }) => name);
  if (from === undefined || names.includes(String(from))) return [];
  return [`Cannot use --from "${from}": unknown kind${didYouMean(String(from), names)}`];
}

/** Returns what is wrong with the pauses. */
export function thinkTimeProblems({ values }: GivenArguments): string[] {
  const given = values.get("thinkTimes");
  try {
    if (given !== undefined) parseThinkTimes(String(given));
    return [];
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return [`Cannot use --think-times "${given}": ${error.message}`];
  }
}

function parseThinkTimes(text: string): NonNullable<ImportOptions["thinkTimes"]> {
  if (text === "real" || text === "none") return text;
  const [from, to, ...rest] = text.split("-");
  if (from === undefined || to === undefined || rest.length > 0) {
    throw new RangeError("expected real, none, or two times such as 1s-5s");
  }
  const range = [parseDurationMs(from) / 1000, parseDurationMs(to) / 1000] as const;
  if (range[0] > range[1]) throw new RangeError("the first time is longer, expected the shorter one first");
  return range;
}
