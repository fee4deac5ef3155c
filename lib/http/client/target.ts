/**
 * Resolves what the user wrote to the requested URL and the name of its row.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import type { Field, Fields } from "./request_options.ts";

const BASE_URL_HINT = "Add --host http://localhost:8080 (LOCUST_HOST), or give the class static host.";

/** A resolved target. */
export interface Target {
  /** Absolute URL without a fragment. */
  readonly url: URL;
  /** Default name of the row. */
  readonly name: string;
}

/** Returns whether a target has a type that can be requested; scripts without types may pass anything. */
export function isTarget(target: unknown): boolean {
  return typeof target === "string" || target instanceof URL;
}

/** Returns the error for a target of another type. */
export function noTarget(target: unknown): TypeError {
  return new TypeError(`Cannot request ${Deno.inspect(target)}: expected a string or a URL object`);
}

/**
 * Checks an absolute `http:` or `https:` URL and returns it unchanged.
 *
 * @throws {RangeError} if it is not one
 */
export function readHttpUrl(value: unknown): string {
  const text = String(value).trim();
  const protocol = URL.parse(text)?.protocol;
  if (!/^https?:\/\//i.test(text) || (protocol !== "http:" && protocol !== "https:")) {
    throw new RangeError("not an absolute URL, expected http://… or https://…");
  }
  return text;
}

/**
 * Checks a base URL, as {@linkcode readHttpUrl} does.
 *
 * @throws {RangeError} also if it has a query or a fragment, since paths are appended to it
 */
export function readBaseUrl(value: unknown): string {
  const text = readHttpUrl(value);
  const part = /[?#]/.exec(text)?.[0];
  if (part === undefined) return text;
  const what = part === "?" ? "a query" : "a fragment";
  throw new RangeError(`a URL with ${what}, which paths cannot follow, expected one that ends before "${part}"`);
}

/**
 * Resolves a target against the base URL.
 *
 * The base's path is kept: `/items` under `http://host/api` is `http://host/api/items`. The name is the path as written,
 * with its query and without the base; if the target is not under the base, or there is no base, it is the full URL
 * without user name and password.
 *
 * @param target A path, or an absolute `http:` or `https:` URL
 * @param base The base URL, or `null` for none
 * @throws {TypeError} if the target cannot be resolved to an `http:` or `https:` URL
 * @throws {UsageError} if the target is a path and there is no base URL
 */
export function resolveTarget(target: string, base: string | null): Target {
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(target);
  if (!isAbsolute && base === null) {
    throw new UsageError([`Cannot request "${target}": no base URL, expected a full URL or --host`], BASE_URL_HINT);
  }
  const root = base === null ? "" : base.replace(/\/+$/, "");
  const text = isAbsolute ? target : target === "" ? root : `${root}${/^[/?#]/.test(target) ? "" : "/"}${target}`;
  const url = URL.parse(text);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new TypeError(`Cannot request "${target}": invalid URL, expected http:// or https://`);
  }
  url.hash = "";
  return { url, name: nameOf(url.href, root).replace(/^(https?:\/\/)[^/?#@]*@/, "$1") };
}

function nameOf(href: string, root: string): string {
  const prefix = root === "" ? null : URL.parse(root)?.href.replace(/\/$/, "");
  if (!prefix || !href.startsWith(prefix)) return href;
  const rest = href.slice(prefix.length);
  if (rest === "") return "/";
  return rest.startsWith("/") || rest.startsWith("?") ? rest : href;
}

/**
 * Returns the fields as pairs: lists are spread, `null` and `undefined` are omitted.
 *
 * @throws {TypeError} if the value is not a set of fields
 */
export function toSearchParams(fields: Fields): URLSearchParams {
  if (fields instanceof URLSearchParams) return fields;
  if (typeof fields === "string") return new URLSearchParams(fields);
  const params = new URLSearchParams();
  for (const [key, value] of pairsOf(fields)) {
    const list = (Array.isArray(value) ? value : [value]) as readonly Field[];
    for (const one of list) {
      if (one !== null && one !== undefined) params.append(key, String(one));
    }
  }
  return params;
}

function pairsOf(fields: Exclude<Fields, string>): readonly (readonly [name: string, value: unknown])[] {
  const isObject = typeof fields === "object" && fields !== null;
  const pairs = !isObject ? [] : Symbol.iterator in fields ? [...fields] : Object.entries(fields);
  if (isObject && pairs.every((pair) => Array.isArray(pair) && pair.length === 2)) return pairs;
  throw new TypeError(`Cannot send ${Deno.inspect(fields)} as fields: expected an object, a list of pairs or a string`);
}

/** Returns the URL with fields appended to its query, which is otherwise unchanged. */
export function withQuery(url: URL, fields: Fields): URL {
  const added = toSearchParams(fields).toString();
  if (added === "") return url;
  const copy = new URL(url);
  copy.search = url.search === "" ? added : `${url.search}&${added}`;
  return copy;
}
