/**
 * Bytes in and out of one connection, without waiting.
 *
 * @module
 */

import { READ_BUFFER } from "../read_buffer.ts";
import { EAGAIN, EINTR, lastErrno, type SystemCalls, systemError } from "./system_calls.ts";

/** Do not wait, and no signal for a closed connection. */
const MSG_DONTWAIT_NOSIGNAL = 0x4040;

/** As a `size_t`, for which a call takes twice as long with a number. */
const READ_LENGTH = BigInt(READ_BUFFER.length);

/** Nothing can be done now. */
export const MUST_WAIT = -1;
/** Nothing ever can: see {@linkcode Channel.error}. */
export const FAILED = -2;

/** What is read and written. */
export interface Channel {
  /** Why the last call failed. */
  readonly error: unknown;
  /**
   * Reads into {@linkcode READ_BUFFER}.
   *
   * @returns How many bytes, 0 when the other side will send no more, {@linkcode MUST_WAIT} or {@linkcode FAILED}
   */
  receive(): number;
  /** Returns whether there may be more to read after `received` bytes, without a further event. */
  mayHaveMore(received: number): boolean;
  /** Writes; returns how many bytes the system has taken, {@linkcode MUST_WAIT} or {@linkcode FAILED}. */
  send(bytes: Uint8Array): number;
  /** Gives back what it holds, but for the file. */
  close(): void;
}

/** Bytes as they are. */
export class PlainChannel implements Channel {
  error: unknown = null;
  readonly #calls: SystemCalls;
  readonly #file: number;

  constructor(calls: SystemCalls, file: number) {
    this.#calls = calls;
    this.#file = file;
  }

  receive(): number {
    const length = this.#calls.recv(this.#file, READ_BUFFER, READ_LENGTH, MSG_DONTWAIT_NOSIGNAL);
    return length >= 0 ? length : this.#failure("recv");
  }

  mayHaveMore(received: number): boolean {
    return received === READ_BUFFER.length;
  }

  send(bytes: Uint8Array): number {
    const length = this.#calls.send(this.#file, bytes, BigInt(bytes.length), MSG_DONTWAIT_NOSIGNAL);
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
