/**
 * How agents get the files of a run: piece by piece, each asked for until it comes.
 *
 * @module
 */

import type { BundleHead } from "../files/bundle.ts";
import { decode, encode } from "./reports/codec.ts";
import type { Network } from "./link.ts";

/** Most bytes of a piece; a NATS server takes 1 MB by default. */
const PIECE_BYTES = 512 * 1024;
/** How long a piece may take, in milliseconds. */
const TIMEOUT_MS = 2000;
/** Wait before a piece is asked for again, in milliseconds. */
const RETRY_MS = 100;

/** Which piece is wanted. */
interface Wanted {
  readonly at: number;
}

/**
 * Answers requests for pieces of packed files. Every agent asks for its own, so the files are in memory once.
 *
 * @returns What ends that
 */
export function serveFiles(network: Network, subject: string, packed: Uint8Array): () => void {
  return network.serve(subject, (request) => {
    const { at } = decode(request) as Wanted;
    return Number.isSafeInteger(at) && at >= 0 ? packed.subarray(at, at + PIECE_BYTES) : null;
  });
}

/**
 * Gets packed files.
 *
 * @param isOver Whether nobody wants them any more
 * @returns The files; the caller checks their hash. `null` if they are not wanted any more
 */
export async function fetchFiles(
  network: Network,
  subject: string,
  { bytes }: BundleHead,
  isOver: () => boolean,
): Promise<Uint8Array | null> {
  const packed = new Uint8Array(bytes);
  for (let at = 0; at < bytes;) {
    if (isOver()) return null;
    try {
      const request = encode({ at } satisfies Wanted);
      const piece = await network.request(subject, request, { timeout: TIMEOUT_MS });
      packed.set(piece.subarray(0, bytes - at), at);
      at += Math.max(1, piece.length);
    } catch {
      // The piece, or the request for it, is lost, or the server is away.
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
  return packed;
}
