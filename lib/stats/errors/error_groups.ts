/**
 * Groups of error messages from user code and libraries that differ only in numbers, addresses and ids.
 *
 * @module
 */

/** Replaces the variable parts of a message. */
export const PLACEHOLDER = "{n}";

/** The variable parts, longest forms first. */
const VARIABLE = new RegExp(
  [
    // UUID
    "\\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\\b",
    // 2026-01-02, 2026-01-02T03:04:05.678Z, 2026/01/02 03:04:05 +0100
    "\\b\\d{4}[-/]\\d\\d[-/]\\d\\d(?:[T ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?(?: ?(?:Z|UTC|GMT|[+-]\\d\\d:?\\d\\d))?)?\\b",
    // Fri, 02 Jan 2026 03:04:05 GMT
    "(?:\\b(?:mon|tue|wed|thu|fri|sat|sun),? )?\\b\\d{1,2}[ -](?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[ -]\\d{2,4}" +
    "(?: \\d\\d:\\d\\d:\\d\\d(?: (?:GMT|UTC|[+-]\\d{4}))?)?\\b",
    // 03:04:05.678
    "\\b\\d{1,2}:\\d\\d:\\d\\d(?:[.,]\\d+)?\\b",
    // 10.0.0.1, 10.0.0.1:8080
    "\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?\\b",
    // [::1]:8080, 2001:db8::1
    "\\[[0-9a-f:.]*:[0-9a-f:.]*\\](?::\\d{1,5})?",
    "\\b(?:[0-9a-f]{1,4}:){2,7}(?::?[0-9a-f]{1,4})\\b",
    // 0x7ffe12, d41d8cd98f00b204, an id of letters and digits
    "\\b0x[0-9a-f]+\\b",
    "\\b(?=[a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{8,}\\b",
    "\\b(?=[a-z_]*\\d)(?=\\d*[a-z_])\\w{16,}\\b",
    // a number at the end of a name: order12345, but not x509
    "(?<=[a-z_])\\d{4,}\\b",
    // 17, -1.5, 1,000
    "(?<![\\w.])[-+]?\\d+(?:[.,]\\d+)*(?=(?:[a-zµ%]{1,3})?(?!\\w))",
  ].join("|"),
  "gi",
);
/** Matches the words before a number that distinguishes errors. */
const TELLING =
  /(?:\bHTTP\/[\d.]+ |\b(?:status|code|expected|got|received|returned|answered|was|to be|not)\b\W*(?:code\b|status\b)?\W*|^|\W[-+]\s*)$/i;
/** Matches the words before a protocol version. */
const VERSIONED = /\b(?:HTTP|TLS|SSL|v)[/ ]?v?$/i;
/** Matches a gRPC code with its name at the start: `14 UNAVAILABLE`. */
const NAMED_CODE = /^\d{1,3} (?=[A-Z][A-Z_]{2,})/;
/** Matches the place in user code at the end of a message. */
const SITE = / \([^()\s]+:\d+\)$/;

/**
 * Returns the message that an error is counted under, with {@linkcode PLACEHOLDER} in place of timestamps, addresses,
 * UUIDs, hashes and numbers. It keeps status codes at the start or after a word such as `status`, `expected` or `got`,
 * protocol versions, and the `(file:line)` at the end.
 *
 * @param text The error message
 */
export function groupedText(text: string): string {
  if (!/\d/.test(text)) return text;
  const site = SITE.exec(text)?.[0] ?? "";
  const code = NAMED_CODE.exec(text)?.[0] ?? "";
  const message = text.slice(code.length, text.length - site.length);
  const grouped = message.replace(VARIABLE, (part: string, offset: number) => {
    const before = message.slice(Math.max(0, offset - 32), offset);
    const isTelling = (isStatus(part) && TELLING.test(before)) || (/^\d[\d.]*$/.test(part) && VERSIONED.test(before));
    return isTelling ? part : PLACEHOLDER;
  });
  return code + grouped + site;
}

/** Returns whether a number may be an HTTP status code. */
function isStatus(part: string): boolean {
  return /^[1-5]\d\d$/.test(part);
}
