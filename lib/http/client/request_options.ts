/**
 * What users may say about a request, and about all requests of a class.
 *
 * @module
 */

import type { TransportName, TransportOptions } from "../transport.ts";

/** A number of seconds, or a string with a unit: `"250ms"`, `"1m30s"`. */
export type Duration = number | string;

/**
 * Values of a query string or a form; a list gives the key once for each element, `null` and `undefined` leave it out.
 * A text is one that is encoded already: `"a=1&b=2"`.
 */
export type Fields =
  | URLSearchParams
  | string
  | Iterable<readonly [name: string, value: Field | readonly Field[]]>
  | Readonly<Record<string, Field | readonly Field[]>>;

/** One value of {@linkcode Fields}. */
export type Field = string | number | boolean | null | undefined;

/** Options of one request: fetch's own, and what a load test needs beside them. */
export interface RequestOptions {
  /** Header lines, on top of the class's; a name given here replaces the class's value. */
  readonly headers?: HeadersInit;
  /** The body as fetch takes it; at most one of `body`, `json` and `form`. */
  readonly body?: BodyInit | null;
  /** A value sent as JSON, with its content type. */
  readonly json?: unknown;
  /** Fields sent as a form: URL-encoded, or as multipart where a `FormData` is given. */
  readonly form?: Fields | FormData;
  /** Fields added to the URL's query; they are not part of the row's name. */
  readonly query?: Fields;
  /** The row's name. @default the requested path as written */
  readonly name?: string;
  /**
   * Longest time until the whole answer is there, redirects included; what `--max-rps` holds back does not count. 0 means
   * no limit. @default 60 s
   */
  readonly timeout?: Duration;
  /** Whether a status of 400 or above throws, which ends the iteration. @default false */
  readonly raiseForStatus?: boolean;
  /** What happens on a redirect: follow it, fail, or return it as it is. @default "follow" */
  readonly redirect?: "follow" | "error" | "manual";
  /** Most redirects followed for one request. @default 20 */
  readonly maxRedirects?: number;
  /** Ends the request early; it then counts as failed. */
  readonly signal?: AbortSignal;
}

/** Settings of every client of a user class: `static client = { … }`. */
export interface ClientSettings extends Omit<TransportOptions, "connectTimeoutMs"> {
  /** Which transport sends the requests, in place of `--transport`. @default "socket" */
  readonly transport?: TransportName;
  /** Header lines of every request. */
  readonly headers?: HeadersInit;
  /** Default of {@linkcode RequestOptions.timeout}. @default 60 s */
  readonly timeout?: Duration;
  /**
   * Longest time to establish a connection. 0 means no limit. Of requests over the socket transport only: over `fetch`,
   * and to open a WebSocket, the time limit of the whole is the only one.
   *
   * @default 10 s
   */
  readonly connectTimeout?: Duration;
  /** Default of {@linkcode RequestOptions.maxRedirects}. @default 20 */
  readonly maxRedirects?: number;
  /** Default of {@linkcode RequestOptions.raiseForStatus}. @default false */
  readonly raiseForStatus?: boolean;
}
