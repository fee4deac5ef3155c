/**
 * Rows that differ only in the ids in their paths, and should be one row.
 *
 * @module
 */

/** Number of rows with the same pattern above which there is a warning. */
const MANY_ROWS = 200;

const ORIGIN = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i;
const VERSION = /^v\d+(?:\.\d+)*$/i;
/** Matches a number, a UUID, a hash, or a long id of letters and digits. */
const ID = /^(?:\d+|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d)(?=.*[a-z])[\w-]{16,})$/i;

/** A pattern shared by many rows. */
export interface RowPattern {
  readonly method: string;
  /** A name for all of them, such as `/item/:id`. */
  readonly name: string;
  /** Number of rows with this pattern. */
  readonly rows: number;
}

/** Returns the pattern shared by most rows; `null` if no pattern has more than 200 rows. */
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

/** Returns a warning about rows that should be one row; `null` if there are none. */
export function patternWarning(rows: readonly { readonly method: string; readonly name: string }[]): string | null {
  const pattern = commonPattern(rows);
  if (pattern === null) return null;
  const { method, name, rows: count } = pattern;
  return `${count} of ${rows.length} rows look like the same request, ${method} ${name}. ` +
    (method === "STEP"
      ? "Give the steps the same name to get one row."
      : `Pass { name: ${JSON.stringify(name)} } with it to get one row.`);
}

/**
 * Returns a name with `:id` in place of ids in its path, `:n` of numbers within a segment, and `:key` of query values.
 */
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
