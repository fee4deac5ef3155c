/**
 * The system calls for connections, if they can be called directly: on Linux, with the permission for FFI.
 *
 * @module
 */

import { constants } from "node:os";
import { openLibc } from "../../../../core/libc.ts";

const SYMBOLS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  setsockopt: { parameters: ["i32", "i32", "i32", "buffer", "u32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64", "buffer"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  inet_pton: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  epoll_create1: { parameters: ["i32"], result: "i32" },
  epoll_ctl: { parameters: ["i32", "i32", "i32", "buffer"], result: "i32" },
  epoll_wait: { parameters: ["i32", "buffer", "i32", "i32"], result: "i32" },
  /** Runs on another thread. Its argument must outlive this thread, so it cannot be a JavaScript buffer. */
  poll: { parameters: ["pointer", "u64", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  malloc: { parameters: ["usize"], result: "pointer" },
  free: { parameters: ["pointer"], result: "void" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** The functions of the C library; see their manual pages. */
export type SystemCalls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Opened when this module is loaded, until the thread ends. `null` if not possible. */
export const systemCalls: SystemCalls | null = Deno.build.os === "linux" ? openLibc(SYMBOLS)?.symbols ?? null : null;

/** This thread's `errno`, in the C library. */
const errno: Int32Array = systemCalls === null
  ? new Int32Array(1)
  : new Int32Array(Deno.UnsafePointerView.getArrayBuffer(systemCalls.__errno_location()!, 4));

/** Names of error numbers, such as `ECONNRESET`. */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, value]) => [value as number, name]),
);

/** The call would block. */
export const EAGAIN: number = constants.errno.EAGAIN;
/** `connect` has started. */
export const EINPROGRESS: number = constants.errno.EINPROGRESS;
/** A signal came first. */
export const EINTR: number = constants.errno.EINTR;

/** Returns the error number of the last call, which must have failed. */
export function lastErrno(): number {
  return errno[0]!;
}

/** Returns an error like Node's, with the name in `code`. */
export function systemError(call: string, number: number): Error {
  const code = NAMES.get(number) ?? `errno ${number}`;
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -number, syscall: call });
}
