/**
 * What a flag is, and its names.
 *
 * @module
 */

/**
 * How a flag is given.
 *
 * - `value`: once, with a value
 * - `optional`: once, the value may be left out
 * - `repeatable`: any number of times, each with a value; its variable holds one value per line
 * - `boolean`: without a value, negated by `--no-<name>`; its variable is `true` or `false`
 * - `action`: without a value, replaces the run; has no variable
 */
export type FlagKind = "value" | "optional" | "repeatable" | "boolean" | "action";

/** One flag. */
export interface Flag {
  /** Key of the option it sets. */
  readonly key: string;
  /** Long name, without dashes. */
  readonly long: string;
  /** Other long names for the same flag, each with its own variable. @default none */
  readonly aliases?: readonly string[];
  /** Short name: one letter. @default none */
  readonly short?: string;
  /** How it is given. @default {"value"} */
  readonly kind?: FlagKind;
  /** The value of an `optional` flag that is given without one. */
  readonly omitted?: string;
  /** What the value of an `optional` flag looks like, to tell it from the next argument. */
  readonly pattern?: RegExp;
  /** Placeholder for the value in the help. @default {"value"} */
  readonly value?: string;
  /** Heading in the help; flags of a group are adjacent in the table. */
  readonly group: string;
  /** One line: starts in lower case, has no final period and no default (the options supply it). */
  readonly help: string;
}

/** `[host:]port` as a `pattern`; what has a colon and no slash is meant as one, so that its message says what is wrong. */
export const LISTEN_PATTERN = /^(?:\d+|[^\s/\\]+:[^\s/\\]*)$/;

/** Prefix of all environment variables. */
export const VARIABLE_PREFIX = "LOCUST_";

/** Variable for the locustfile or URL, used if the command line has none. */
export const SUBJECT_VARIABLE = `${VARIABLE_PREFIX}FILENAME`;

/** Variables of the installer; they set no option. */
export const INSTALLER_VARIABLES: readonly string[] = ["VERSION", "INSTALL", "DOWNLOAD_URL"]
  .map((name) => VARIABLE_PREFIX + name);

/** Returns a flag's long names, the main one first. */
export function longNames(flag: Flag): readonly string[] {
  return [flag.long, ...(flag.aliases ?? [])];
}

/** Returns whether the flag takes a value. */
export function takesValue(flag: Flag): boolean {
  return flag.kind !== "boolean" && flag.kind !== "action";
}

/** Returns the variable of a long name: `LOCUST_STOP_TIMEOUT` for `stop-timeout`. */
export function variableOf(longName: string): string {
  return `${VARIABLE_PREFIX}${longName.replaceAll("-", "_").toUpperCase()}`;
}
