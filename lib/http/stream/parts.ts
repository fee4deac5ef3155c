/**
 * Parts of a body as they arrive.
 *
 * @module
 */

import type { Transform } from "node:stream";
import { builtin } from "../../core/builtin.ts";

/** A part of a body. */
export interface Part {
  readonly bytes: Uint8Array;
  /** When it arrived, on {@linkcode nowMs}' clock. */
  readonly atMs: number;
}

const DECODERS: Readonly<Record<string, () => Transform>> = {
  "gzip": () => builtin("node:zlib").createGunzip(),
  "x-gzip": () => builtin("node:zlib").createGunzip(),
  "deflate": () => builtin("node:zlib").createInflate(),
  "br": () => builtin("node:zlib").createBrotliDecompress(),
};

/**
 * Decodes a content coding part by part. Parts that come out carry the instant of the last one that went in.
 *
 * @param coding The value of `content-encoding`
 * @throws {TypeError} if the coding is unknown, or the body is not in it
 */
export async function* decodedParts(parts: AsyncIterable<Part>, coding: string): AsyncGenerator<Part> {
  const create = DECODERS[coding.trim().toLowerCase()];
  if (create === undefined) {
    throw new TypeError(
      `Cannot decode the body: content-encoding "${coding}" is unknown for streams, expected gzip, deflate or br`,
    );
  }
  let atMs = 0;
  let failure: unknown = null;
  const encoded = async function* () {
    try {
      for await (const part of parts) {
        atMs = part.atMs;
        yield part.bytes;
      }
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  const decoder = create();
  const { pipeline, Readable } = builtin("node:stream");
  pipeline(Readable.from(encoded(), { highWaterMark: 1 }), decoder, () => {}); // the loop below gets the error
  try {
    for await (const bytes of decoder) yield { bytes, atMs };
  } catch (cause) {
    throw failure ?? new TypeError(`Cannot decode the body: it is not valid ${coding}`, { cause });
  }
}
