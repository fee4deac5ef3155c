/**
 * The object below a socket of Node's, where this Deno has it in native code.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { READ_BUFFER } from "./read_buffer.ts";

/** What is used of it. None of this is public: what is not found is done without. */
export interface NativeHandle {
  /** Writes a string, one byte a character, with one system call, at once. */
  writeLatin1String(request: object, text: string): number;
  /** Returns how many bytes have been read so far: the only way to learn how many were just read. */
  getBytesRead(): number;
  readStart(): number;
  readStop(): number;
  /** Called after each read; looked up by `readStart`, which does nothing while reading. */
  onread(this: NativeHandle, bytes?: ArrayBuffer): void;
}

/** A handle that reads encrypted bytes, by the hand of another one, and decrypts them. */
interface TlsHandle extends NativeHandle {
  /** The connection below, whose `onread` hands on what it reads. */
  readonly _nativeTcpHandle: NativeHandle & { useUserBuffer(buffer: Uint8Array): void };
  /** Takes encrypted bytes; calls `onread` when they make up a record. */
  receive(bytes: Uint8Array): void;
}

/**
 * Where encrypted bytes are read to. Half the size of {@linkcode READ_BUFFER}, so that what they hold, with a record
 * begun before, always fits into that at once.
 */
const CIPHER_BUFFER = Buffer.from(new ArrayBuffer(READ_BUFFER.length / 2));
/** Longest part of it that is worth a view kept for the next read of the same length. */
const MAX_KEPT_VIEW_BYTES = 2048;
const cipherViews: Uint8Array[] = [];

/** Returns the handle of a connected socket; `null` where it is not of the native kind (before Deno 2.9). */
export function nativeHandle(socket: Socket): NativeHandle | null {
  const handle = (socket as unknown as { _handle?: Partial<NativeHandle> })._handle;
  // Older Denos' handles are written in JavaScript and expect more of the caller; they lack getBytesRead.
  const isNative = typeof handle?.writeLatin1String === "function" && typeof handle.getBytesRead === "function";
  return isNative ? handle as NativeHandle : null;
}

/**
 * Has bytes reported straight from the native side, past the callback of Node's stream: that one looks at a dozen
 * objects for each read, which costs 0.3 µs with few connections and 1 µs with a thousand, whose objects are in no
 * cache. The end and errors still take that way.
 *
 * @param handle Of a socket that reads into {@linkcode READ_BUFFER}
 * @param onBytes Called with the number of bytes now in that buffer
 */
export function readDirectly(handle: NativeHandle, onBytes: (length: number) => void): void {
  if (isTls(handle)) readCipherDirectly(handle);
  intercept(handle, onBytes);
}

function isTls(handle: NativeHandle): handle is TlsHandle {
  const { receive, _nativeTcpHandle: tcp } = handle as Partial<TlsHandle>;
  return typeof receive === "function" && typeof tcp?.useUserBuffer === "function" &&
    typeof tcp.getBytesRead === "function";
}

/** Spares each read of encrypted bytes a buffer of its own, and the stream's callback. */
function readCipherDirectly(tls: TlsHandle): void {
  const tcp = tls._nativeTcpHandle;
  tcp.useUserBuffer(CIPHER_BUFFER);
  intercept(tcp, (length) => tls.receive(cipherView(length)));
}

function cipherView(length: number): Uint8Array {
  if (length > MAX_KEPT_VIEW_BYTES) return CIPHER_BUFFER.subarray(0, length);
  return cipherViews[length] ??= CIPHER_BUFFER.subarray(0, length);
}

function intercept(handle: NativeHandle, onBytes: (length: number) => void): void {
  const original = handle.onread;
  let seen = handle.getBytesRead();
  handle.onread = function (bytes): void {
    const total = handle.getBytesRead();
    const length = total - seen;
    if (length === 0) return original.call(handle, bytes); // the end, or an error
    seen = total;
    onBytes(length);
  };
  handle.readStop();
  handle.readStart();
}
