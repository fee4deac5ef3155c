/**
 * How test data is read and taken.
 *
 * @module
 */

/** How a file's characters are written as bytes. A byte order mark of UTF-16 is always heeded. */
export type TextEncoding = "utf-8" | "latin1";

/** How {@linkcode SharedRows} reads a file and in which order rows are taken. */
export interface RowsOptions {
  /**
   * Whether the first row follows the last one. If `false`, `next()` returns `undefined` after the last row.
   *
   * @default true
   */
  readonly repeat?: boolean;
  /** `"random"` shuffles the rows, each pass in another way; the seed decides how. @default "sequential" */
  readonly order?: "sequential" | "random";
  /** What decides the random order: an integer; the same seed gives the same order in every run. @default 1 */
  readonly seed?: number;
  /** Between fields of a CSV file: one ASCII character. @default The one of `,` `;` `|` and tab that the header holds */
  readonly delimiter?: string;
  /** Encoding of the file; `"latin1"` is windows-1252, as on the web. @default "utf-8" */
  readonly encoding?: TextEncoding;
}

/**
 * Checks options.
 *
 * @param action What they are for, for the message: `share rows "accounts"`
 * @throws {TypeError} if one is not known, or has a value that is not allowed
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
