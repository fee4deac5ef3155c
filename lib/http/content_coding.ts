/**
 * Content codings, undone when a body is first read.
 *
 * @module
 */

import * as zlib from "node:zlib";

/** Codings asked for by default, as the value of `accept-encoding`. */
export const ACCEPTED_CODINGS = "gzip, deflate, br, zstd";

/**
 * Undoes the codings of a body.
 *
 * @param body The body as received
 * @param contentEncoding The header's value: codings in the order applied, or `null` for none
 * @returns The plain bytes
 * @throws {TypeError} if the body is not in that coding, or the coding is unknown
 */
export function decodeContent(body: Uint8Array, contentEncoding: string | null): Uint8Array {
  if (contentEncoding === null || body.length === 0) return body;
  const codings = contentEncoding.split(",").map((coding) => coding.trim().toLowerCase()).reverse();
  return codings.reduce(decodeOne, body);
}

function decodeOne(body: Uint8Array, coding: string): Uint8Array {
  const decode = DECODERS[coding];
  if (decode === undefined) {
    throw new TypeError(
      `Cannot decode the body: content-encoding "${coding}" is unknown, expected ${ACCEPTED_CODINGS}`,
    );
  }
  try {
    return decode(body);
  } catch (cause) {
    throw new TypeError(`Cannot decode the body: it is not valid ${coding}`, { cause });
  }
}

const DECODERS: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  "identity": (body) => body,
  "gzip": (body) => zlib.gunzipSync(body),
  "x-gzip": (body) => zlib.gunzipSync(body),
  // Some servers send raw deflate under this name; the first byte of a zlib stream has 8 in its low half.
  "deflate": (body) => ((body[0]! & 0x0f) === 8 ? zlib.inflateSync(body) : zlib.inflateRawSync(body)),
  "br": (body) => somethingOf(body, zlib.brotliDecompressSync(body), 4),
  "zstd": (body) => somethingOf(body, zlib.zstdDecompressSync(body), 21),
};

/**
 * Returns what a body was decoded to, unless that is nothing: Deno's decoders of br and zstd give what they have of a
 * broken body instead of an error, which is nothing at all of one that is no such body.
 *
 * @param maxBytes Longest form that an empty body may take in this coding
 */
function somethingOf(body: Uint8Array, plain: Uint8Array, maxBytes: number): Uint8Array {
  if (plain.length === 0 && body.length > maxBytes) throw new Error("nothing came of it");
  return plain;
}
