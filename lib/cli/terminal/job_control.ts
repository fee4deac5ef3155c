/**
 * Shell job control: foreground, background, stop.
 *
 * @module
 */

import { openLibc } from "../../core/libc.ts";

/** Signal numbers that differ between systems. */
const SIGSTOP: Readonly<Record<string, number>> = { linux: 19, darwin: 17 };
const SIGHUP = 1;
const SIGTTIN = 21;
const SIGTTOU = 22;
/** Handler address that means "ignore". */
const SIG_IGN = 1n;
const [STDIN, STDOUT] = [0, 1];
/** Sets the handler of a signal and returns the previous one. */
const SIGNAL = { parameters: ["i32", "usize"], result: "usize" } as const;
/** Functions that tell which processes are in the foreground of a terminal. */
const GROUPS = {
  getpgrp: { parameters: [], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
} as const;

/**
 * Returns whether this process ignores SIGHUP, as under `nohup`. Without the ffi permission: whether none of its streams
 * is a terminal.
 */
export function isHangupIgnored(): boolean {
  const libc = openLibc({ signal: SIGNAL });
  if (libc === null) return ![Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  const { signal } = libc.symbols;
  const before = signal(SIGHUP, SIG_IGN); // the handler can be read only by setting another
  if (before !== SIG_IGN) signal(SIGHUP, before);
  return before === SIG_IGN;
}

/** This process as a job. */
export interface JobControl {
  /** Returns whether this process receives the keys of the terminal, rather than the shell or another job. */
  isForeground(): boolean;
  /** Suspends this process until the shell resumes it. */
  stopItself(): void;
}

/**
 * Returns a function that tells whether this process is in the foreground of the terminal on stdout. It returns `true`
 * if jobs are unknown.
 */
export function outputForeground(): () => boolean {
  const libc = Deno.build.os === "windows" || !Deno.stdout.isTerminal() ? null : openLibc(GROUPS);
  if (libc === null) return () => true;
  const { getpgrp, tcgetpgrp } = libc.symbols;
  return () => {
    const group = tcgetpgrp(STDOUT);
    return group < 0 || group === getpgrp(); // negative without job control
  };
}

/**
 * Returns the job control of this process and keeps the system from suspending it: a background job that reads from the
 * terminal or configures it is suspended unless it ignores the signals for that.
 *
 * @returns `null` without the ffi permission, which job control needs
 */
export function jobControl(): JobControl | null {
  if (Deno.build.os === "windows") return { isForeground: () => true, stopItself() {} };
  const libc = openLibc({
    ...GROUPS,
    getpid: { parameters: [], result: "i32" },
    kill: { parameters: ["i32", "i32"], result: "i32" },
    signal: SIGNAL,
  });
  const stop = SIGSTOP[Deno.build.os];
  if (libc === null || stop === undefined) return null;
  const { getpgrp, getpid, kill, signal, tcgetpgrp } = libc.symbols;
  for (const number of [SIGTTIN, SIGTTOU]) signal(number, SIG_IGN);
  return {
    isForeground: () => tcgetpgrp(STDIN) === getpgrp(),
    stopItself: () => void kill(getpid(), stop),
  };
}
