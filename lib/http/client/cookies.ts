/**
 * One user's cookies.
 *
 * @module
 */

import { CookieJar } from "tough-cookie";

/** A user's cookies, kept by the rules of RFC 6265 (domain, path, secure, expiry). */
export class CookieStore {
  #jar: CookieJar = newJar();
  #version = 0;

  /** Changes whenever a cookie was set or removed; lets a caller keep what it computed. */
  get version(): number {
    return this.#version;
  }

  /**
   * Stores a cookie; one that the URL may not set is ignored, as a browser does.
   *
   * @param setCookie A `set-cookie` value, e.g. `id=7; Path=/; HttpOnly`
   * @param url The URL it came from, or is meant for
   */
  set(setCookie: string, url: string | URL): void {
    this.#version++;
    this.#jar.setCookieSync(setCookie, String(url), { ignoreError: true });
  }

  /** Returns the value of a cookie that would be sent to the URL, or `null` without one. */
  get(name: string, url: string | URL): string | null {
    return this.#jar.getCookiesSync(String(url)).find((cookie) => cookie.key === name)?.value ?? null;
  }

  /** Returns the `cookie` line for a URL; empty when no cookie fits. */
  line(url: string | URL): string {
    return this.#jar.getCookieStringSync(String(url));
  }

  /** Removes every cookie. */
  clear(): void {
    this.#version++;
    this.#jar = newJar();
  }
}

function newJar(): CookieJar {
  return new CookieJar(undefined, { looseMode: true, rejectPublicSuffixes: false });
}
