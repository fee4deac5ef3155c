/**
 * One user's cookies.
 *
 * @module
 */

import type { CookieJar } from "tough-cookie";

/** Longest name and value of a cookie together, in bytes; browsers drop longer ones as well. */
const MAX_COOKIE_BYTES = 4096;

let library: typeof import("tough-cookie") | null = null;

/**
 * Loads the library that keeps cookies. To be awaited before the first cookie is set, which cannot wait. Takes up to 30 ms
 * on each thread, and only those with users need it.
 */
export async function prepareCookies(): Promise<void> {
  library ??= await import("tough-cookie");
}

/** Receives the name of a cookie dropped for its size, and the size of its name and value in bytes. */
export type DroppedCookieListener = (name: string, sizeBytes: number) => void;

/** A user's cookies, stored by the rules of RFC 6265 (domain, path, secure, expiry). */
export class CookieStore {
  /** `null` without cookies: a jar has about 1 KB. */
  #jar: CookieJar | null = null;
  #version = 0;
  readonly #onDropped: DroppedCookieListener;

  /** Made by `HttpUser` only. */
  constructor(onDropped: DroppedCookieListener = () => {}) {
    this.#onDropped = onDropped;
  }

  /** Changes whenever a cookie is set or removed, so that callers can cache what they derive. */
  get version(): number {
    return this.#version;
  }

  /**
   * Stores a cookie. Like a browser, it ignores a cookie that the URL may not set, one with an empty name and value, and one
   * whose name and value exceed 4,096 bytes.
   *
   * @param setCookie A `set-cookie` value, e.g. `id=7; Path=/; HttpOnly`
   * @param url The URL that sets it
   */
  set(setCookie: string, url: string | URL): void {
    const { name, value } = pairOf(setCookie);
    const sizeBytes = name.length + value.length;
    if (sizeBytes === 0) return;
    if (sizeBytes > MAX_COOKIE_BYTES) return this.#onDropped(name, sizeBytes);
    this.#version++;
    this.#jar ??= newJar();
    this.#jar.setCookieSync(setCookie, String(url), { ignoreError: true });
  }

  /** Returns the value of a cookie that would be sent to the URL, or `null` if there is none. */
  get(name: string, url: string | URL): string | null {
    return this.#jar?.getCookiesSync(String(url)).find((cookie) => cookie.key === name)?.value ?? null;
  }

  /** Returns the `cookie` line for a URL; empty if no cookie matches. */
  line(url: string | URL): string {
    return this.#jar?.getCookieStringSync(String(url)) ?? "";
  }

  /** Removes all cookies. */
  clear(): void {
    this.#version++;
    this.#jar = null;
  }
}

/** Returns name and value of a `set-cookie` value; without `=`, it is all value (RFC 6265bis, 5.6). */
function pairOf(setCookie: string): { readonly name: string; readonly value: string } {
  const end = setCookie.indexOf(";");
  const pair = end === -1 ? setCookie : setCookie.slice(0, end);
  const equals = pair.indexOf("=");
  return { name: pair.slice(0, Math.max(0, equals)).trim(), value: pair.slice(equals + 1).trim() };
}

function newJar(): CookieJar {
  if (library === null) throw new TypeError("Cannot store a cookie: prepareCookies() has not been awaited");
  return new library.CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
}
