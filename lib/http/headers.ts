/**
 * Header lines as lists of pairs.
 *
 * @module
 */

/** Header lines in order; names in lower case. */
export type HeaderLines = readonly (readonly [name: string, value: string])[];

/**
 * Returns the defaults merged with the given headers, which replace defaults of the same name.
 *
 * @throws {TypeError} if a name or a value is not allowed in a header
 */
export function mergeHeaders(defaults: HeaderLines, given: HeadersInit | undefined): HeaderLines {
  if (given === undefined) return defaults;
  const added = [...new Headers(given)];
  const names = new Set(added.map(([name]) => name));
  return [...defaults.filter(([name]) => !names.has(name)), ...added];
}

/** Returns the lines except those with the given names (lower case). */
export function withoutHeaders(lines: HeaderLines, names: readonly string[]): HeaderLines {
  return lines.filter(([name]) => !names.includes(name));
}

/** Returns whether a line has that name (lower case). */
export function hasHeader(lines: HeaderLines, name: string): boolean {
  return lines.some(([one]) => one === name);
}
