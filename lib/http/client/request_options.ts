/**
 * Options of a request, and settings for all requests of a class.
 *
 * @module
 */

import { didYouMean } from "../../core/suggestion.ts";
import type { TransportName, TransportOptions } from "../transport.ts";

/** A number of seconds, or a string with a unit: `"250ms"`, `"1m30s"`. */
export type Duration = number | string;

/**
 * Values of a query string or form. A list repeats the key for each element; `null` and `undefined` omit it. A string is
 * already encoded: `"a=1&b=2"`.
 */
export type Fields =
  | URLSearchParams
  | string
  | Iterable<readonly [name: string, value: Field | readonly Field[]]>
  | Readonly<Record<string, Field | readonly Field[]>>;

/** One value of {@linkcode Fields}. */
export type Field = string | number | boolean | null | undefined;

/** Options of one request: those of fetch, and those a load test needs. */
export interface RequestOptions {
  /** Header lines, merged with the class's; a header given here replaces the class's. */
  readonly headers?: HeadersInit;
  /** The body, as for fetch; at most one of `body`, `json` and `form`. */
  readonly body?: BodyInit | null;
  /** A value to send as JSON, with its content type. */
  readonly json?: unknown;
  /** Fields to send as a form: URL-encoded, or multipart for a `FormData`. */
  readonly form?: Fields | FormData;
  /** Fields to add to the URL's query; not part of the row's name. */
  readonly query?: Fields;
  /** The row's name. @default the requested path as written */
  readonly name?: string;
  /**
   * Longest time until the response is complete, including redirects but not the wait for `--max-rps`. 0 means no limit.
   *
   * @default 60 s
   */
  readonly timeout?: Duration;
  /** Whether a status of 400 or above throws, which ends the iteration. @default false */
  readonly raiseForStatus?: boolean;
  /** What to do with a redirect: follow it, fail, or return it. @default "follow" */
  readonly redirect?: "follow" | "error" | "manual";
  /** Most redirects to follow for one request. @default 20 */
  readonly maxRedirects?: number;
  /** Aborts the request, which then counts as failed. */
  readonly signal?: AbortSignal;
}

const NAMES: Readonly<Record<keyof RequestOptions, true>> = {
  ...{ headers: true, body: true, json: true, form: true, query: true, name: true, timeout: true },
  ...{ raiseForStatus: true, redirect: true, maxRedirects: true, signal: true },
};

/** Names of the options of a request. */
export const REQUEST_OPTIONS: ReadonlySet<string> = new Set(Object.keys(NAMES));

/**
 * Refuses options that do not exist. Costs about 10 ns per option, for requests with options only.
 *
 * @param known Names of those that do
 * @param action What they are for: `send a request`
 * @throws {TypeError} if there is one, or the options are not an object
 */
export function refuseUnknown(options: object, known: ReadonlySet<string>, action: string): void {
  for (const key in options) if (!known.has(key)) throw unknownOption(options, key, known, action);
}

function unknownOption(options: unknown, key: string, known: ReadonlySet<string>, action: string): TypeError {
  if (typeof options !== "object") {
    return new TypeError(`Cannot ${action} with ${Deno.inspect(options)}: expected options such as { json: … }`);
  }
  return new TypeError(`Cannot ${action} with ${key}: unknown option${didYouMean(key, [...known])}`);
}

/** Settings of a user class's clients: `static client = { … }`. */
export interface ClientSettings extends Omit<TransportOptions, "connectTimeoutMs"> {
  /** The transport, instead of the one of `--transport`. @default "socket" */
  readonly transport?: TransportName;
  /** Header lines of every request. */
  readonly headers?: HeadersInit;
  /** Default of {@linkcode RequestOptions.timeout}. @default 60 s */
  readonly timeout?: Duration;
  /**
   * Longest time to establish a connection; 0 means no limit. Requests over the socket transport only: with `fetch`, and
   * for WebSockets, only the total timeout applies.
   *
   * @default 10 s
   */
  readonly connectTimeout?: Duration;
  /** Default of {@linkcode RequestOptions.maxRedirects}. @default 20 */
  readonly maxRedirects?: number;
  /** Default of {@linkcode RequestOptions.raiseForStatus}. @default false */
  readonly raiseForStatus?: boolean;
}

/** How a request is sent. */
export interface RequestPolicy {
  /** From its start to its last byte. */
  readonly timeoutMs: number;
  readonly redirect: "follow" | "error" | "manual";
  readonly maxRedirects: number;
}
