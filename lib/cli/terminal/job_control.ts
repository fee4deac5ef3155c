/**
 * Which of a shell's jobs has the terminal.
 *
 * @module
 */

import { openLibc } from "../../core/libc.ts";

/** The numbers of signals, where they differ. */
const SIGSTOP: Readonly<Record<string, number>> = { linux: 19, darwin: 17 };
const SIGHUP = 1;
const SIGTTIN = 21;
const SIGTTOU = 22;
/** "Ignore it", in place of the address of a handler. */
const SIG_IGN = 1n;
const [STDIN, STDOUT] = [0, 1];
/** Sets what a signal does and returns what it did before. */
const SIGNAL = { parameters: ["i32", "usize"], result: "usize" } as const;
/** Functions that tell which processes have a terminal. */
const GROUPS = {
  getpgrp: { parameters: [], result: "i32" },
  tcgetpgrp: { parameters: ["i32"], result: "i32" },
} as const;

/**
 * Returns whether this process was started to outlive its terminal, as `nohup` does. Without the permission to ask the C
 * library, one that is on no terminal counts as such.
 */
export function isHangupIgnored(): boolean {
  const libc = openLibc({ signal: SIGNAL });
  if (libc === null) return ![Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal());
  const { signal } = libc.symbols;
  const before = signal(SIGHUP, SIG_IGN); // the only way to ask
  if (before !== SIG_IGN) signal(SIGHUP, before);
  return before === SIG_IGN;
}

/** This process as a job. */
export interface JobControl {
  /** Returns whether the terminal's keys are for this process, rather than for the shell or another job. */
  isForeground(): boolean;
  /** Stops this process, until the shell lets it go on. */
  stopItself(): void;
}

/**
 * Returns what tells whether the terminal on stdout is for this process, rather than for a shell that has put it in the
 * background and shows its prompt; it is where nothing is known of jobs.
 */
export function outputForeground(): () => boolean {
  const libc = Deno.build.os === "windows" || !Deno.stdout.isTerminal() ? null : openLibc(GROUPS);
  if (libc === null) return () => true;
  const { getpgrp, tcgetpgrp } = libc.symbols;
  return () => {
    const group = tcgetpgrp(STDOUT);
    return group < 0 || group === getpgrp(); // there may be no shell with jobs at all
  };
}

/**
 * Returns the job that this process is, and keeps the terminal from stopping it: a job in the background that reads, or
 * that sets the terminal up, is stopped by the system unless it ignores that.
 *
 * @returns `null` where jobs are not known: without the permission to ask the C library
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
