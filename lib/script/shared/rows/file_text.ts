/**
 * Reads a file into shared memory as UTF-8.
 *
 * @module
 */

import { isUtf8 } from "node:buffer";
import { builtin } from "../../../core/builtin.ts";
import { errorMessage } from "../../../core/error_site.ts";
import { fileProblem } from "../../../core/file_problem.ts";
import type { BlockWriter } from "./block_writer.ts";
import type { ReadProgress } from "./progress.ts";
import type { TextEncoding } from "./rows_options.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Each chunk costs a call: with 16 KiB, decompression takes twice as long. */
const DECOMPRESSED_CHUNK_BYTES = 4 * 1024 * 1024;
/** Largest file: the index has 32-bit offsets. */
const MAX_BYTES = 2 ** 32 - 1;
const LF = 10;
/** Replaces invalid bytes. */
const REPLACEMENT = "\uFFFD";

/**
 * Writes the text of a file, without its byte order mark.
 *
 * @param url Its `file:` URL; decompressed if it ends in `.gz`
 * @param encoding Its encoding, unless it starts with a byte order mark
 * @throws {TypeError} if it cannot be read, or is not in that encoding; names the line
 * @throws {RangeError} if it is too large
 */
export function writeText(url: URL, encoding: TextEncoding, writer: BlockWriter, progress: ReadProgress): void {
  const file = url.pathname.toLowerCase().endsWith(".gz") ? decompressed(url, progress) : opened(url);
  let write: ((chunk: Uint8Array) => void) | null = null;
  for (const chunk of file.chunks) {
    write ??= textWriter(chunk, encoding, writer);
    write(chunk);
    if (writer.length > MAX_BYTES) throw new RangeError("too large, expected at most 4 GiB of text");
    progress.at("read", writer.length, file.bytes);
  }
  write?.(new Uint8Array());
}

interface OpenFile {
  /** Non-empty parts of the content; each is valid until the next is requested. */
  readonly chunks: Iterable<Uint8Array>;
  /** Size of the content. */
  readonly bytes: number;
}

function opened(url: URL): OpenFile {
  try {
    return { chunks: fileChunks(Deno.openSync(url)), bytes: Deno.statSync(url).size };
  } catch (cause) {
    throw new TypeError(fileProblem(cause), { cause });
  }
}

function* fileChunks(file: Deno.FsFile): Generator<Uint8Array> {
  try {
    const buffer = new Uint8Array(CHUNK_BYTES);
    for (;;) {
      const read = readInto(file, buffer);
      if (read === null) return;
      yield buffer.subarray(0, read);
    }
  } finally {
    file.close();
  }
}

function readInto(file: Deno.FsFile, buffer: Uint8Array): number | null {
  try {
    return file.readSync(buffer);
  } catch (cause) {
    throw new TypeError(fileProblem(cause), { cause });
  }
}

function decompressed(url: URL, progress: ReadProgress): OpenFile {
  let packed: Uint8Array;
  try {
    packed = Deno.readFileSync(url);
  } catch (cause) {
    throw new TypeError(fileProblem(cause), { cause });
  }
  progress.announce("decompressing", packed.length);
  try {
    const content = builtin("node:zlib").gunzipSync(packed, { chunkSize: DECOMPRESSED_CHUNK_BYTES });
    return { chunks: parts(content), bytes: content.length };
  } catch (cause) {
    throw new TypeError(`not a whole gzip file (${errorMessage(cause)})`, { cause });
  }
}

function* parts(content: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < content.length; at += CHUNK_BYTES) yield content.subarray(at, at + CHUNK_BYTES);
}

/**
 * Returns a function that writes a chunk; an empty one ends the text.
 *
 * @param first The first chunk, which may start with a byte order mark
 */
function textWriter(first: Uint8Array, encoding: TextEncoding, writer: BlockWriter): (chunk: Uint8Array) => void {
  if (first[0] === 0xff && first[1] === 0xfe) return recoder("utf-16le", writer);
  if (first[0] === 0xfe && first[1] === 0xff) return recoder("utf-16be", writer);
  return encoding === "latin1" && !hasUtf8Mark(first) ? recoder("latin1", writer) : checker(writer);
}

function hasUtf8Mark(bytes: Uint8Array): boolean {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
}

/** Writes text of another encoding as UTF-8. */
function recoder(encoding: string, writer: BlockWriter): (chunk: Uint8Array) => void {
  const [decoder, encoder] = [new TextDecoder(encoding), new TextEncoder()];
  return (chunk) => {
    const text = decoder.decode(chunk, { stream: chunk.length > 0 });
    const bad = encoding === "latin1" ? -1 : text.indexOf(REPLACEMENT);
    if (bad !== -1) {
      writer.write(encoder.encode(text.slice(0, bad)));
      throw new TypeError(`line ${lines(writer.view())} is not ${encoding.toUpperCase()}, as the byte order mark says`);
    }
    writer.write(encoder.encode(text));
  };
}

/** Checks UTF-8 and writes it unchanged. */
function checker(writer: BlockWriter): (chunk: Uint8Array) => void {
  /** Start of a character that the previous chunk split. */
  let rest = new Uint8Array();
  let isFirst = true;
  return (chunk) => {
    let bytes = chunk;
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
    }
    if (isFirst && hasUtf8Mark(bytes)) bytes = bytes.subarray(3);
    isFirst = false;
    const whole = chunk.length === 0 ? bytes.length : wholeCharacters(bytes);
    const checked = bytes.subarray(0, whole);
    rest = bytes.slice(whole);
    if (!isUtf8(checked)) {
      const line = lines(writer.view()) + badLine(checked);
      throw new TypeError(`line ${line} is not UTF-8, expected UTF-8, or { encoding: "latin1" }`);
    }
    writer.write(checked);
  };
}

/** Returns the length without an incomplete character at the end. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc0) return bytes.length - (back < characterBytes(byte) ? back : 0);
    if (byte < 0x80) break;
  }
  return bytes.length;
}

function characterBytes(lead: number): number {
  return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

/** Returns the number of lines before the first one that is not UTF-8. */
function badLine(bytes: Uint8Array): number {
  let line = 0;
  for (let at = 0;; line++) {
    const feed = bytes.indexOf(LF, at);
    const end = feed === -1 ? bytes.length : feed;
    if (feed === -1 || !isUtf8(bytes.subarray(at, end))) return line;
    at = end + 1;
  }
}

/** Returns the number of the last line of a text, from 1. */
function lines(text: Uint8Array): number {
  let line = 1;
  for (let at = 0; at < text.length; at++) if (text[at] === LF) line++;
  return line;
}
