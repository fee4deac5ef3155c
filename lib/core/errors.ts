/**
 * Errors the program itself raises, and the exit code each one leads to.
 *
 * @module
 */

/** Exit codes of the `locust` command; docs/options.md has the same table. */
export const EXIT_CODES = {
  /** The run completed, whatever the requests' results were. */
  completed: 0,
  /** The locustfile or the program failed, a report could not be written, or the results are not whole. */
  scriptError: 1,
  /** The command line, the environment or a configuration value is wrong; nothing was sent. */
  usage: 2,
  /** A threshold failed or had no data. */
  threshold: 99,
  /** The run was stopped at once by a second signal; what was measured until then is printed. */
  interrupted: 130,
} as const;

/** Options or configuration that cannot be used; lists every problem found, not only the first. */
export class UsageError extends Error {
  /** Always `UsageError`. */
  override readonly name = "UsageError";
  /** One line each, in the form `Cannot <action> "<value>": <state>, expected <wanted>`; never empty. */
  readonly problems: readonly string[];
  /** What to do about it, without the `hint:` in front. */
  readonly hint: string | undefined;

  /**
   * Makes an error of one or several problems.
   *
   * @param problems One line per problem; at least one
   * @param hint What to do about them, where one sentence helps
   */
  constructor(problems: readonly string[], hint?: string) {
    super(problems.join("\n"));
    this.problems = problems;
    this.hint = hint;
  }
}

/** The locustfile cannot be used: missing, not importable, or a hook of it threw. */
export class ScriptError extends Error {
  /** Always `ScriptError`. */
  override readonly name = "ScriptError";
  /** What to do about it, without the `hint:` in front. */
  readonly hint: string | undefined;

  /**
   * Makes an error about the user's file.
   *
   * @param message What failed, with the user's `file:line` where there is one
   * @param options The usual `cause`, and a `hint` where one sentence helps
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

/** A worker ended or fell silent before it was told to stop: the results are not whole. */
export class WorkerError extends Error {
  /** Always `WorkerError`. */
  override readonly name = "WorkerError";
}
