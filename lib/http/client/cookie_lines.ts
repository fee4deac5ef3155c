/**
 * The `cookie` line of one user's requests.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import type { CookieStore } from "./cookies.ts";
import { hasHeader } from "../headers.ts";
import type { WireRequest } from "../transport.ts";

/** How long a computed line is reused, in milliseconds: cookies may expire. */
const LINE_LIFE_MS = 1000;

/**
 * Most requests remembered per user; the oldest is dropped for the next. A transport keeps up to 15 kB for each, and there
 * may be thousands of users: ids in URLs must not fill the memory.
 */
const MAX_KNOWN = 16;

/** A request with the user's line, kept until either may have changed. */
interface WithLine {
  readonly version: number;
  readonly validUntilMs: number;
  readonly wire: WireRequest;
}

/** Adds a user's cookies to requests; one of the last few requests costs one lookup. */
export class CookieLines {
  readonly #store: CookieStore;
  readonly #known = new Map<WireRequest, WithLine>();

  /** @param store The user's cookies */
  constructor(store: CookieStore) {
    this.#store = store;
  }

  /** Returns the request with its `cookie` line; the same request if no cookie matches or it has its own line. */
  addTo(wire: WireRequest): WireRequest {
    if (this.#store.version === 0 || hasHeader(wire.headers, "cookie")) return wire;
    const line = this.#store.line(wire.url);
    if (line === "") return wire;
    return { ...wire, headers: [...wire.headers, ["cookie", line] as const], transportCache: undefined };
  }

  /** Does the same for a request that is sent repeatedly, and caches the result. */
  addToPlain(wire: WireRequest): WireRequest {
    const { version } = this.#store;
    if (version === 0) return wire;
    const known = this.#known.get(wire);
    const now = nowMs();
    if (known !== undefined && known.version === version && now < known.validUntilMs) return known.wire;
    if (known === undefined && this.#known.size >= MAX_KNOWN) this.#known.delete(this.#known.keys().next().value!);
    const withLine = this.addTo(wire);
    this.#known.set(wire, { version, validUntilMs: now + LINE_LIFE_MS, wire: withLine });
    return withLine;
  }
}
