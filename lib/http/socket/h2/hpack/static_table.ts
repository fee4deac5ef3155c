/**
 * The header lines that every HPACK connection knows (RFC 7541, appendix A).
 *
 * @module
 */

/** A header line: the tables' entries, shared by all blocks that refer to them. Its characters are bytes. */
export type HeaderLine = readonly [name: string, value: string];

/** The table: index 1 stands at 0. */
export const STATIC_LINES: readonly HeaderLine[] = [
  [":authority", ""],
  [":method", "GET"],
  [":method", "POST"],
  [":path", "/"],
  [":path", "/index.html"],
  [":scheme", "http"],
  [":scheme", "https"],
  [":status", "200"],
  [":status", "204"],
  [":status", "206"],
  [":status", "304"],
  [":status", "400"],
  [":status", "404"],
  [":status", "500"],
  ["accept-charset", ""],
  ["accept-encoding", "gzip, deflate"],
  ["accept-language", ""],
  ["accept-ranges", ""],
  ["accept", ""],
  ["access-control-allow-origin", ""],
  ["age", ""],
  ["allow", ""],
  ["authorization", ""],
  ["cache-control", ""],
  ["content-disposition", ""],
  ["content-encoding", ""],
  ["content-language", ""],
  ["content-length", ""],
  ["content-location", ""],
  ["content-range", ""],
  ["content-type", ""],
  ["cookie", ""],
  ["date", ""],
  ["etag", ""],
  ["expect", ""],
  ["expires", ""],
  ["from", ""],
  ["host", ""],
  ["if-match", ""],
  ["if-modified-since", ""],
  ["if-none-match", ""],
  ["if-range", ""],
  ["if-unmodified-since", ""],
  ["last-modified", ""],
  ["link", ""],
  ["location", ""],
  ["max-forwards", ""],
  ["proxy-authenticate", ""],
  ["proxy-authorization", ""],
  ["range", ""],
  ["referer", ""],
  ["refresh", ""],
  ["retry-after", ""],
  ["server", ""],
  ["set-cookie", ""],
  ["strict-transport-security", ""],
  ["transfer-encoding", ""],
  ["user-agent", ""],
  ["vary", ""],
  ["via", ""],
  ["www-authenticate", ""],
];

/** How many entries the static table has: dynamic ones are counted from the next index on. */
export const STATIC_COUNT: number = STATIC_LINES.length;

/** Index of the first entry of each name. */
const FIRST_OF_NAME = new Map<string, number>();
for (let at = STATIC_COUNT - 1; at >= 0; at--) FIRST_OF_NAME.set(STATIC_LINES[at]![0], at + 1);

/** Returns the index of the first static entry of a name; 0 without one. */
export function staticNameIndex(name: string): number {
  return FIRST_OF_NAME.get(name) ?? 0;
}

/** Returns the index of a static entry; 0 without one. */
export function staticLineIndex(name: string, value: string): number {
  for (let at = FIRST_OF_NAME.get(name) ?? 0; at > 0 && at <= STATIC_COUNT; at++) {
    const line = STATIC_LINES[at - 1]!;
    if (line[0] !== name) return 0;
    if (line[1] === value) return at;
  }
  return 0;
}

/** What an entry adds to its two strings, in bytes (RFC 7541, 4.1). */
const ENTRY_OVERHEAD_BYTES = 32;

/** Returns the size of an entry as tables and header lists count it, in bytes. */
export function lineSizeBytes([name, value]: HeaderLine): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES;
}
