/**
 * Decodes content codings when a body is first read.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { builtin } from "../core/builtin.ts";
import { zstdFrames } from "./zstd_frames.ts";

/** Codings requested by default, as the value of `accept-encoding`. */
export const ACCEPTED_CODINGS = "gzip, deflate, br, zstd";

/**
 * Decodes a body.
 *
 * @param body The body as received
 * @param contentEncoding The header's value: codings in the order applied, or `null` for none
 * @returns The decoded bytes
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

const zlib = () => builtin("node:zlib");

/** Loads what the first compressed body would otherwise wait for. */
export function prepareDecoding(): void {
  zlib();
}

const DECODERS: Readonly<Record<string, (body: Uint8Array) => Uint8Array>> = {
  "identity": (body) => body,
  "gzip": (body) => zlib().gunzipSync(body),
  "x-gzip": (body) => zlib().gunzipSync(body),
  // Some servers send raw deflate under this name; the first byte of a zlib stream has 8 in its low half.
  "deflate": (body) => ((body[0]! & 0x0f) === 8 ? zlib().inflateSync(body) : zlib().inflateRawSync(body)),
  "br": (body) => wholeOf(body, zlib().brotliDecompressSync),
  "zstd": (body) => {
    const parts = zstdFrames(body).map((frame) => wholeOf(frame, zlib().zstdDecompressSync));
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  },
};

/** The result with the option `info`, which the types lack. */
interface Decoded {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/**
 * Returns the decoded body. For a broken or truncated body, Deno's decoders of br and zstd return what they have instead
 * of throwing. The input gets one extra byte: a decoder that finished has consumed exactly the body's length.
 */
function wholeOf(body: Uint8Array, decode: (body: Uint8Array, options: object) => unknown): Uint8Array {
  const longer = new Uint8Array(body.length + 1);
  longer.set(body);
  const { buffer, engine } = decode(longer, { info: true }) as Decoded;
  if (engine.bytesWritten !== body.length) throw new RangeError("broken or truncated");
  return buffer;
}
