/**
 * Options for test data.
 *
 * @module
 */

/** Encoding of a file. A byte order mark (UTF-8 or UTF-16) takes precedence. */
export type TextEncoding = "utf-8" | "latin1";

/** How {@linkcode SharedRows} reads a file, and the order of its rows. */
export interface RowsOptions {
  /**
   * Whether the rows start again after the last one. If `false`, `next()` then returns `undefined`.
   *
   * @default true
   */
  readonly repeat?: boolean;
  /** `"random"` shuffles the rows by the seed, differently in each pass. @default "sequential" */
  readonly order?: "sequential" | "random";
  /** Seed of the random order, an integer: the same seed gives the same order in every run. @default 1 */
  readonly seed?: number;
  /** Delimiter of a CSV file: one ASCII character. @default `,` `;` `|` or tab, whichever the header contains */
  readonly delimiter?: string;
  /** Encoding of the file; `"latin1"` is windows-1252, as on the web. @default "utf-8" */
  readonly encoding?: TextEncoding;
}

/**
 * Checks options.
 *
 * @param action The action, for the message: `share rows "accounts"`
 * @throws {TypeError} if an option is unknown or has an invalid value
 */
export function checkRowsOptions(options: RowsOptions, action: string): void {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const rule = RULES[name];
    if (rule === undefined) {
      throw new TypeError(`Cannot ${action}: unknown option "${name}", expected ${Object.keys(RULES).join(", ")}`);
    }
    if (!rule.isValid(value)) {
      throw new TypeError(`Cannot ${action}: ${name} is ${Deno.inspect(value)}, expected ${rule.expected}`);
    }
  }
}

const RULES: Readonly<Record<string, { readonly expected: string; isValid(value: unknown): boolean }>> = {
  repeat: { expected: "true or false", isValid: (value) => typeof value === "boolean" },
  order: {
    expected: '"sequential" or "random"',
    isValid: (value) => value === "sequential" || value === "random",
  },
  seed: { expected: "an integer", isValid: Number.isSafeInteger },
  delimiter: {
    expected: 'one ASCII character such as "," or ";", not a quote or line end',
    isValid: (value) => typeof value === "string" && /^[^"\r\n\u0080-\uffff]$/.test(value),
  },
  encoding: { expected: '"utf-8" or "latin1"', isValid: (value) => value === "utf-8" || value === "latin1" },
};
