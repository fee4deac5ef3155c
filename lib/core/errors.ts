/**
 * Errors of the program and its exit codes.
 *
 * @module
 */

/** Exit codes of the `locust` command; docs/options.md has the same table. */
export const EXIT_CODES = {
  /** The run completed and something in it succeeded; requests may have failed. */
  completed: 0,
  /** The locustfile or the program failed, a report could not be written, results are incomplete, or nothing succeeded. */
  scriptError: 1,
  /** The command line, the environment or a configuration value is invalid. */
  usage: 2,
  /** A row is slower than in the baseline, or fails more often. */
  regression: 98,
  /** A threshold failed or had no data. */
  threshold: 99,
  /** The run was interrupted by a second signal; partial results are printed. */
  interrupted: 130,
} as const;

/** Invalid options or configuration; lists all problems, not only the first. */
export class UsageError extends Error {
  /** Always `UsageError`. */
  override readonly name = "UsageError";
  /** At least one line, each in the form `Cannot <action> "<value>": <state>, expected <wanted>`. */
  readonly problems: readonly string[];
  /** How to fix it, without the prefix `hint:`. */
  readonly hint: string | undefined;

  /**
   * Creates an error from one or more problems.
   *
   * @param problems One line per problem; at least one
   * @param hint How to fix them, if one sentence helps
   */
  constructor(problems: readonly string[], hint?: string) {
    super(problems.join("\n"));
    this.problems = problems;
    this.hint = hint;
  }

  /** All problems, and the hint if there is one, a line each. */
  get text(): string {
    return [...this.problems, ...(this.hint === undefined ? [] : [`hint: ${this.hint}`])].join("\n");
  }
}

/** The locustfile cannot be used: it is missing, cannot be imported, or one of its hooks threw. */
export class ScriptError extends Error {
  /** Always `ScriptError`. */
  override readonly name = "ScriptError";
  /** How to fix it, without the prefix `hint:`. */
  readonly hint: string | undefined;

  /**
   * Creates an error about the user's file.
   *
   * @param message What failed, with the user's `file:line` if known
   * @param options The `cause`, and a `hint` if one sentence helps
   */
  constructor(message: string, options: ErrorOptions & { hint?: string } = {}) {
    super(message, options);
    this.hint = options.hint;
  }
}

/** A result could not be written. */
export class OutputError extends Error {
  /** Always `OutputError`. */
  override readonly name = "OutputError";
}

/** A worker ended or stopped responding too early: results are incomplete. */
export class WorkerError extends Error {
  /** Always `WorkerError`. */
  override readonly name = "WorkerError";
}
