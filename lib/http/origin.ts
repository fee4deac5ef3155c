/**
 * Where connections lead to.
 *
 * @module
 */

import { ipVersion } from "../core/ip.ts";
import type { TransportOptions } from "./transport.ts";

/** A server as a URL names it. */
export interface Origin {
  /** Identifies the server, e.g. `https://example.com:443`. */
  readonly key: string;
  /** Whether the connection is encrypted. */
  readonly isTls: boolean;
  /** Name or address, without the brackets of an IPv6 address. */
  readonly host: string;
  /** 1–65535. */
  readonly port: number;
}

/** The actual destination of a connection. */
export type Endpoint = { readonly host: string; readonly port: number } | { readonly path: string };

/** Returns the server of a URL. */
export function originOf(url: URL): Origin {
  const isTls = url.protocol === "https:";
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  return { key: `${url.protocol}//${url.hostname}:${port}`, isTls, host, port };
}

/** Returns the endpoint that replaces every origin, or `null` if connections go to the origins themselves. */
export function fixedEndpoint(options: TransportOptions): Endpoint | null {
  if (options.unixSocket !== undefined) return { path: options.unixSocket };
  return options.connectTo === undefined ? null : parseEndpoint(options.connectTo);
}

/**
 * Parses `host:port`, with an IPv6 address in brackets.
 *
 * @throws {RangeError} if the string does not have that form
 */
export function parseEndpoint(text: string): Endpoint {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(text);
  const port = Number(match?.[3]);
  const isBadAddress = match?.[1] !== undefined && ipVersion(match[1]) !== 6;
  if (match === null || isBadAddress || port < 1 || port > 65535) {
    throw new RangeError("not an endpoint, expected host:port");
  }
  return { host: (match[1] ?? match[2])!, port };
}
