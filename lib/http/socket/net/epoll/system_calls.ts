/**
 * The system calls a connection is made of, where they can be called directly: on Linux, with the permission for it.
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
  /** On another thread. What it is given must outlive this one, so a buffer of JavaScript's won't do. */
  poll: { parameters: ["pointer", "u64", "i32"], result: "i32", nonblocking: true },
  eventfd: { parameters: ["u32", "i32"], result: "i32" },
  eventfd_write: { parameters: ["i32", "u64"], result: "i32" },
  malloc: { parameters: ["usize"], result: "pointer" },
  free: { parameters: ["pointer"], result: "void" },
  __errno_location: { parameters: [], result: "pointer" },
} as const;

/** The functions of the C library that are used; each returns what its manual page says. */
export type SystemCalls = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Opened when this is loaded, and open until the thread ends. `null` where that can't be done. */
export const systemCalls: SystemCalls | null = Deno.build.os === "linux" ? openLibc(SYMBOLS)?.symbols ?? null : null;

/** Where the C library keeps this thread's `errno`. */
const errno: Int32Array = systemCalls === null
  ? new Int32Array(1)
  : new Int32Array(Deno.UnsafePointerView.getArrayBuffer(systemCalls.__errno_location()!, 4));

/** Names of error numbers, such as `ECONNRESET`. */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno).map(([name, value]) => [value as number, name]),
);

/** What a call returns when it would have to wait. */
export const EAGAIN: number = constants.errno.EAGAIN;
/** What `connect` returns when it has begun. */
export const EINPROGRESS: number = constants.errno.EINPROGRESS;
/** What a call returns when a signal came first. */
export const EINTR: number = constants.errno.EINTR;

/** Returns the error number of the call before, which must have failed just now. */
export function lastErrno(): number {
  return errno[0]!;
}

/** Returns an error as Node would give it: the name in `code`. */
export function systemError(call: string, number: number): Error {
  const code = NAMES.get(number) ?? `errno ${number}`;
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -number, syscall: call });
}
