/**
 * Finds the frames of a Zstandard body (RFC 8878, 3.1).
 *
 * @module
 */

const MAGIC = 0xfd2fb528;
/** The upper 28 bits of the magic number of a skippable frame. */
const SKIPPABLE_MAGIC = 0x184d2a5;
const DICTIONARY_ID_BYTES = [0, 1, 2, 4];
const CONTENT_SIZE_BYTES = [0, 2, 4, 8];
/** Block type: one byte, repeated; always one byte long. */
const RLE = 1;

/**
 * Returns the frames of a body that need decoding, in order.
 *
 * @throws {RangeError} if the body is truncated or not Zstandard
 */
export function zstdFrames(body: Uint8Array): Uint8Array[] {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < body.length;) {
    const magic = view.getUint32(at, true);
    const isSkippable = magic >>> 4 === SKIPPABLE_MAGIC;
    if (!isSkippable && magic !== MAGIC) throw new RangeError("not a frame");
    const end = isSkippable ? at + 8 + view.getUint32(at + 4, true) : frameEnd(view, at);
    if (end > body.length) throw new RangeError("truncated");
    if (!isSkippable) frames.push(body.subarray(at, end));
    at = end;
  }
  return frames;
}

function frameEnd(view: DataView, start: number): number {
  const descriptor = view.getUint8(start + 4);
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const hasChecksum = (descriptor & 0x04) !== 0;
  const contentSizeBytes = isSingleSegment && descriptor >>> 6 === 0 ? 1 : CONTENT_SIZE_BYTES[descriptor >>> 6]!;
  const windowBytes = isSingleSegment ? 0 : 1;
  let at = start + 5 + windowBytes + DICTIONARY_ID_BYTES[descriptor & 3]! + contentSizeBytes;
  for (let isLast = false; !isLast;) {
    const header = view.getUint16(at, true) | view.getUint8(at + 2) << 16;
    isLast = (header & 1) === 1;
    at += 3 + ((header >>> 1 & 3) === RLE ? 1 : header >>> 3);
  }
  return at + (hasChecksum ? 4 : 0);
}
