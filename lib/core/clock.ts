/**
 * The program's only clocks: one that is monotonic and shared by all workers, and the processor time of a thread.
 *
 * @module
 */

import { builtin } from "./builtin.ts";
import { openLibc } from "./libc.ts";

/** Offset that makes every thread's `performance.now()` count from the same instant. */
const ORIGIN_MS = performance.timeOrigin;
/** The clock behind `performance.now()`, which takes longer to call. */
const CLOCK_MONOTONIC = 1;
/** The clock that counts while the calling thread is on a core. */
const CLOCK_THREAD_CPUTIME_ID = 3;
/** Bytes of a `struct timespec`: seconds and nanoseconds, each in 8 bytes, of which the lower 4 are enough. */
const TIMESPEC_BYTES = 16;
/** Number of comparisons of the two clocks; the closest one is used. */
const COMPARISONS = 20;

/** The system clock, if it can be called directly: on Linux, with the ffi permission. */
const systemClock = Deno.build.os === "linux" ? openSystemClock() : null;
const systemOriginMs = systemClock === null ? 0 : originOf(systemClock);

interface SystemClock {
  readonly clock_gettime: (clock: number, time: Deno.PointerValue) => number;
  /** Memory that receives the time. */
  readonly pointer: Deno.PointerObject;
  /** The same memory: seconds in the first word, nanoseconds in the third. */
  readonly words: Int32Array;
}

/**
 * Returns the current time in milliseconds since the Unix epoch, with sub-microsecond resolution.
 *
 * Monotonic within a thread: the wall-clock start of the process plus the monotonic time since, so that changes of the
 * wall clock during a run, by hand or by NTP, have no effect. Threads of one process agree to under 1 µs (each thread's
 * `performance.timeOrigin` is the start of its own counter). Costs about 0.05 µs on Linux with the ffi permission,
 * otherwise 0.15 µs.
 *
 * @returns Milliseconds, comparable over all threads of this process
 */
export function nowMs(): number {
  return systemClock === null ? ORIGIN_MS + performance.now() : systemOriginMs + read(systemClock);
}

/**
 * Returns how long this thread has been on a core so far, in milliseconds; `null` if the system does not report it. Costs
 * about 1 µs on Linux with the ffi permission, otherwise 13 µs.
 */
export function threadCpuMs(): number | null {
  if (systemClock !== null) return read(systemClock, CLOCK_THREAD_CPUTIME_ID);
  try {
    const { user, system } = builtin("node:process").threadCpuUsage();
    return (user + system) / 1000;
  } catch {
    return null; // not on this system
  }
}

function read({ clock_gettime, pointer, words }: SystemClock, clock = CLOCK_MONOTONIC): number {
  clock_gettime(clock, pointer);
  return words[0]! * 1000 + words[2]! / 1e6;
}

function openSystemClock(): SystemClock | null {
  const libc = openLibc({
    clock_gettime: { parameters: ["i32", "pointer"], result: "i32" },
    malloc: { parameters: ["usize"], result: "pointer" },
  });
  if (libc === null) return null;
  const { clock_gettime, malloc } = libc.symbols;
  const pointer = malloc(BigInt(TIMESPEC_BYTES))!; // freed with the thread
  return {
    clock_gettime,
    pointer,
    words: new Int32Array(Deno.UnsafePointerView.getArrayBuffer(pointer, TIMESPEC_BYTES)),
  };
}

/** Returns the offset from the system clock to milliseconds since the Unix epoch. */
function originOf(clock: SystemClock): number {
  let [closestMs, originMs] = [Infinity, 0];
  for (let comparison = 0; comparison < COMPARISONS; comparison++) {
    const before = read(clock);
    const now = ORIGIN_MS + performance.now();
    const after = read(clock);
    if (after - before >= closestMs) continue;
    closestMs = after - before;
    originMs = now - (before + after) / 2;
  }
  return originMs;
}

/** Longest delay of a timer, in milliseconds; a longer one would fire immediately. */
export const MAX_TIMER_MS: number = 2 ** 31 - 1;

/** Return type of `setTimeout` and `setInterval`. */
export type Timer = ReturnType<typeof setTimeout>;
