/**
 * URLs as they are written in the files that are imported, expressions in them included.
 *
 * @module
 */

/** The parts of a URL; each may have marked expressions. */
export interface UrlParts {
  /** Scheme and host, as in `https://example.com`; empty for a path. */
  readonly origin: string;
  /** Begins with a slash. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  /** User and password as in `user:password`, empty for none. */
  readonly credentials: string;
}

/** Splits a URL. The fragment is left out, because it is never sent. */
export function urlParts(url: string): UrlParts {
  const [, scheme = "", host = "", path = "", query = ""] = /^([a-z][a-z\d+.-]*:\/\/)?([^/?#]*)([^?#]*)(?:\?([^#]*))?/i
    .exec(url)!;
  const at = host.lastIndexOf("@");
  return {
    origin: scheme + host.slice(at + 1),
    path: path === "" ? "/" : path,
    query,
    credentials: at < 0 ? "" : host.slice(0, at),
  };
}

/** Returns the fields of a query or of a URL-encoded form; `null` if encoding them again gives another meaning. */
export function encodedFields(text: string): [string, string][] | null {
  if (text === "" || text.split("&").some((pair) => !/^[^=]+=/.test(pair))) return null;
  try {
    return text.split("&").map((pair) => {
      const at = pair.indexOf("=");
      return [decodeField(pair.slice(0, at)), decodeField(pair.slice(at + 1))];
    });
  } catch (error) {
    if (error instanceof URIError) return null; // not percent-encoded text: kept as it is
    throw error;
  }
}

function decodeField(text: string): string {
  return decodeURIComponent(text.replaceAll("+", " "));
}

/** Returns the origin that most URLs have; of several, the first. */
export function commonOrigin(origins: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const origin of origins) if (origin !== "") counts.set(origin, (counts.get(origin) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** Returns a percent-encoded text as it is meant. */
export function decodedText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that escapes nothing
  }
}
