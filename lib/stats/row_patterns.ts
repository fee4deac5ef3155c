/**
 * Rows that are one kind of request: ids in their paths make each a row of its own.
 *
 * @module
 */

/** From how many rows of one pattern on it is worth saying. */
const MANY_ROWS = 200;

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const VERSION = /^v\d+(?:\.\d+)*$/i;
/** A number, a UUID, a hash, or a long id of letters and digits. */
const ID = /^(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)(?=.*[a-z])[\w-]{16,})$/i;

/** A pattern that many rows have in common. */
export interface RowPattern {
  readonly method: string;
  /** A name for all of them, such as `/item/:id`. */
  readonly name: string;
  /** How many rows have it. */
  readonly rows: number;
}

/** Returns the pattern that most rows have in common; `null` where there are no more than 200 of any. */
export function commonPattern(rows: readonly { readonly method: string; readonly name: string }[]): RowPattern | null {
  if (rows.length <= MANY_ROWS) return null;
  const counts = new Map<string, { method: string; name: string; rows: number }>();
  for (const { method, name } of rows) {
    const pattern = patternOf(name);
    if (pattern === name) continue;
    const key = `${method} ${pattern}`;
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { method, name: pattern, rows: 1 });
    else known.rows++;
  }
  const [most] = [...counts.values()].sort((a, b) => b.rows - a.rows);
  return most !== undefined && most.rows > MANY_ROWS ? most : null;
}

/** Returns a warning about rows that are one kind of request; `null` where there is nothing to warn of. */
export function patternWarning(rows: readonly { readonly method: string; readonly name: string }[]): string | null {
  const pattern = commonPattern(rows);
  if (pattern === null) return null;
  const { method, name, rows: count } = pattern;
  return `Rows: ${count} of ${rows.length} look like one kind of request, ${method} ${name}. ` +
    `Pass { name: ${JSON.stringify(name)} } with it to have one row.`;
}

/** Returns a name with `:id` for ids in its path, `:n` for numbers within a segment, and `:key` for values of its query. */
function patternOf(name: string): string {
  const origin = ORIGIN.exec(name)?.[0] ?? "";
  const [path, ...query] = name.slice(origin.length).split("?");
  const segments = path!.split("/").map((segment) => {
    if (VERSION.test(segment)) return segment;
    return ID.test(segment) ? ":id" : segment.replace(/\d+/g, ":n");
  });
  const pairs = query.map((part) => part.replace(/(?<=^|&)([^=&]+)=[^&]+/g, "$1=:$1"));
  return origin + [segments.join("/"), ...pairs].join("?");
}
