/**
 * The `cookie` line of one user's requests.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import type { CookieStore } from "./cookies.ts";
import { hasHeader } from "./headers.ts";
import type { WireRequest } from "./transport.ts";

/** How long a computed line is believed, so that a cookie's own expiry is seen, in milliseconds. */
const LINE_LIFE_MS = 1000;

/** A request with the user's line, kept while neither can have changed. */
interface WithLine {
  readonly version: number;
  readonly validUntilMs: number;
  readonly wire: WireRequest;
}

/** Adds a user's cookies to requests; for a request seen before, at the cost of one look-up. */
export class CookieLines {
  readonly #store: CookieStore;
  readonly #known = new WeakMap<WireRequest, WithLine>();

  /** @param store The user's cookies */
  constructor(store: CookieStore) {
    this.#store = store;
  }

  /** Returns the request with its `cookie` line; the same request where no cookie fits or it names its own. */
  addTo(wire: WireRequest): WireRequest {
    const { version } = this.#store;
    if (version === 0) return wire;
    const known = this.#known.get(wire);
    const now = nowMs();
    if (known !== undefined && known.version === version && now < known.validUntilMs) return known.wire;
    const line = hasHeader(wire.headers, "cookie") ? "" : this.#store.line(wire.url);
    const withLine = line === ""
      ? wire
      : { ...wire, headers: [...wire.headers, ["cookie", line] as const], transportCache: undefined };
    this.#known.set(wire, { version, validUntilMs: now + LINE_LIFE_MS, wire: withLine });
    return withLine;
  }
}
