/**
 * Checks of requests that hold for every version of HTTP.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { TransportError, type WireRequest } from "../transport.ts";

/** One flag per character code: allowed in method and header names (RFC 9110, 5.6.2 `token`). */
const NAME_BYTES = new Uint8Array(256);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") {
  NAME_BYTES[char.charCodeAt(0)] = 1;
}

/** Returns whether a method or header name may contain the character code. */
export function isNameByte(code: number): boolean {
  return NAME_BYTES[code] === 1;
}

/** Returns whether a string is a valid method or header name (RFC 9110, 5.6.2). */
function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!isNameByte(text.charCodeAt(i))) return false;
  }
  return text !== "";
}

/**
 * Checks method and headers; returns the last value of each header by its name in lower case.
 *
 * @throws {TransportError} `protocol` if the method, a name or a value is invalid; `unsupported` for `CONNECT`
 */
export function checkedHeaders(method: string, headers: WireRequest["headers"]): Map<string, string> {
  if (!isToken(method)) throw new TransportError("protocol", "method not allowed");
  if (method === "CONNECT") throw new TransportError("unsupported", "the CONNECT method is not supported");
  const given = new Map<string, string>();
  for (const [name, value] of headers) {
    if (!isToken(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new TransportError("protocol", "header name or value not allowed");
    }
    given.set(name.toLowerCase(), value);
  }
  return given;
}

/** Returns the `authorization` value for name and password in a URL, or `null` without them. */
export function basicCredentials({ username, password }: URL): string | null {
  if (username === "" && password === "") return null;
  const bytes = `${username}:${password}`.replace(
    /%([0-9a-f]{2})/gi,
    (_, hex) => String.fromCharCode(parseInt(hex, 16)),
  );
  return `Basic ${Buffer.from(bytes, "latin1").toString("base64")}`;
}
