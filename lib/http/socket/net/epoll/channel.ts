/**
 * Non-blocking reads and writes of one connection.
 *
 * @module
 */

import { READ_BUFFER } from "../read_buffer.ts";
import { EAGAIN, EINTR, lastErrno, type SystemCalls, systemError } from "./system_calls.ts";

/** Do not block, and send no signal for a closed connection. */
const MSG_DONTWAIT_NOSIGNAL = 0x4040;

/** As a `bigint`: with a number for a `size_t`, a call takes twice as long. */
const READ_LENGTH = BigInt(READ_BUFFER.length);

/** The call would block. */
export const MUST_WAIT = -1;
/** The call failed for good: see {@linkcode Channel.error}. */
export const FAILED = -2;

/** Reads and writes connections. */
export interface Channel {
  /** Why the last call failed; valid until the next one. */
  readonly error: unknown;
  /**
   * Reads into {@linkcode READ_BUFFER}.
   *
   * @param file The connection
   * @returns The number of bytes, 0 at the end, {@linkcode MUST_WAIT} or {@linkcode FAILED}
   */
  receive(file: number): number;
  /** Returns whether more may be readable after a read of `received` bytes, without another event. */
  mayHaveMore(received: number): boolean;
  /** Writes; returns the number of bytes taken, {@linkcode MUST_WAIT} or {@linkcode FAILED}. */
  send(file: number, bytes: Uint8Array): number;
  /** Releases its resources, except for the file. */
  close(): void;
}

/** Plain text; one object serves all connections. */
export class PlainChannel implements Channel {
  error: unknown = null;
  readonly #calls: SystemCalls;

  constructor(calls: SystemCalls) {
    this.#calls = calls;
  }

  receive(file: number): number {
    const length = this.#calls.recv(file, READ_BUFFER, READ_LENGTH, MSG_DONTWAIT_NOSIGNAL);
    return length >= 0 ? length : this.#failure("recv");
  }

  mayHaveMore(received: number): boolean {
    return received === READ_BUFFER.length;
  }

  send(file: number, bytes: Uint8Array): number {
    const length = this.#calls.send(file, bytes, BigInt(bytes.length), MSG_DONTWAIT_NOSIGNAL);
    return length >= 0 ? length : this.#failure("send");
  }

  close(): void {}

  #failure(call: string): number {
    const errno = lastErrno();
    if (errno === EAGAIN || errno === EINTR) return MUST_WAIT;
    this.error = systemError(call, errno);
    return FAILED;
  }
}
