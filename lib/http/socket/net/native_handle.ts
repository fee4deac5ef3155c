/**
 * The native object below a Node socket, in versions of Deno that have one.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Socket } from "node:net";
import { READ_BUFFER } from "./read_buffer.ts";

/** The members used. They are not public: without them, the public interface is used. */
export interface NativeHandle {
  /** Writes a string at once, one byte per character, in one system call. */
  writeLatin1String(request: object, text: string): number;
  /** Returns the number of bytes read so far: the only way to find how many were just read. */
  getBytesRead(): number;
  readStart(): number;
  readStop(): number;
  /** Called after each read; looked up by `readStart`, which does nothing while reading. */
  onread(this: NativeHandle, bytes?: ArrayBuffer): void;
}

/** A handle that reads encrypted bytes through another handle and decrypts them. */
interface TlsHandle extends NativeHandle {
  /** The connection below, whose `onread` passes the bytes up. */
  readonly _nativeTcpHandle: NativeHandle & { useUserBuffer(buffer: Uint8Array): void };
  /** Decrypts bytes; calls `onread` when they complete a record. */
  receive(bytes: Uint8Array): void;
}

/**
 * Buffer for encrypted bytes. Half the size of {@linkcode READ_BUFFER}, so that their content always fits into that,
 * together with a partial record read before.
 */
const CIPHER_BUFFER = Buffer.from(new ArrayBuffer(READ_BUFFER.length / 2));
/** Longest read, in bytes, for which a view is cached. */
const MAX_KEPT_VIEW_BYTES = 2048;
const cipherViews: Uint8Array[] = [];

/** Returns the handle of a connected socket; `null` if it is not native (before Deno 2.9). */
export function nativeHandle(socket: Socket): NativeHandle | null {
  const handle = (socket as unknown as { _handle?: Partial<NativeHandle> })._handle;
  // Handles of older versions are written in JavaScript and lack getBytesRead.
  const isNative = typeof handle?.writeLatin1String === "function" && typeof handle.getBytesRead === "function";
  return isNative ? handle as NativeHandle : null;
}

/**
 * Reports bytes directly from the native side and bypasses the callback of Node's stream. That callback touches a dozen
 * objects per read: 0.3 µs with few connections, and 1 µs with a thousand, which do not fit into the CPU's cache. The end
 * and errors still go through it.
 *
 * @param handle The handle of a socket that reads into {@linkcode READ_BUFFER}
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

/** Avoids a new buffer and the stream's callback for each read of encrypted bytes. */
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
