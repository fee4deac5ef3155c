/**
 * The state of the process, as a value that tests replace.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import type { Environment } from "./arguments.ts";
import { type KeyInput, keyInput } from "./terminal/key_input.ts";
import { isHangupIgnored, outputForeground } from "./terminal/job_control.ts";
import { raiseOpenFiles } from "./open_files.ts";
import { type OutputStream, outputStream } from "./terminal/output_stream.ts";

/** A request of the system, or of somebody at the keyboard, to end. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGBREAK" | "SIGHUP";

/** All that the command line knows of the process it runs in. */
export interface ProcessState {
  /** Arguments without the program's name. */
  readonly args: readonly string[];
  /** The environment. */
  readonly env: Environment;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** For tables and results. */
  readonly stdout: OutputStream;
  /** For logs, progress and messages. */
  readonly stderr: OutputStream;
  /** Returns whether the terminal on stdout is this process's, rather than a shell's that has it in the background. */
  isForeground(): boolean;
  /** The keyboard. */
  readonly stdin: KeyInput;
  /** Returns the wall-clock time. */
  now(): Date;
  /** Returns the present instant in milliseconds on a monotonic clock. */
  nowMs(): number;
  /** Returns whether there is a file, not a folder, at an absolute path. */
  isFile(path: string): Promise<boolean>;
  /** Returns whether there is a folder at an absolute path. */
  isFolder(path: string): Promise<boolean>;
  /** Writes a file that must not be there yet. */
  writeNewFile(path: string, text: string): Promise<void>;
  /** Calls a handler for every signal to end, in place of the process ending; returns what takes it off again. */
  onSignal(handler: (signal: StopSignal) => void): () => void;
  /** Raises the limit on open files where the system allows; returns the one in force, `null` where it is not known. */
  raiseOpenFiles(): number | null;
  /** Ends the process with a code, whatever still runs in it. */
  exit(code: number): void;
}

/** Returns the state of this very process. */
export function denoProcess(): ProcessState {
  return {
    args: Deno.args,
    env: { get: readVariable, names: variableNames },
    cwd: Deno.cwd(),
    stdout: outputStream(Deno.stdout, "stdout"),
    stderr: outputStream(Deno.stderr),
    isForeground: outputForeground(),
    stdin: keyInput(),
    now: () => new Date(),
    nowMs,
    isFile,
    isFolder,
    writeNewFile: (path, text) => Deno.writeTextFile(path, text, { createNew: true }),
    onSignal,
    raiseOpenFiles,
    exit: (code) => Deno.exit(code),
  };
}

/** Returns whether a stream should be coloured: it is a terminal that knows colours, and `NO_COLOR` is not set. */
export function isColored(process: ProcessState, stream: OutputStream): boolean {
  return stream.isTerminal && canMoveCursor(process) && (process.env.get("NO_COLOR") ?? "") === "";
}

/** Returns whether terminals understand escape codes: not an editor's or a log's, which says `TERM=dumb`. */
export function canMoveCursor({ env }: ProcessState): boolean {
  return env.get("TERM") !== "dumb";
}

/** Reads a variable; one that may not be read counts as not set, rather than asking for the permission. */
function readVariable(name: string): string | undefined {
  return Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
    ? Deno.env.get(name)
    : undefined;
}

function variableNames(): string[] {
  return Deno.permissions.querySync({ name: "env" }).state === "granted" ? Object.keys(Deno.env.toObject()) : [];
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // nothing there, or nothing that may be looked at
  }
}

function onSignal(handler: (signal: StopSignal) => void): () => void {
  const isWindows = Deno.build.os === "windows";
  const signals: StopSignal[] = isWindows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  // With the first listener Deno ends the process on SIGHUP, even under nohup: ignoring it takes a listener as well.
  const ignored = !isWindows && isHangupIgnored() ? "SIGHUP" : null;
  const listeners = signals.map((signal) => [signal, () => signal !== ignored && handler(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => listeners.forEach(([signal, listener]) => Deno.removeSignalListener(signal, listener));
}
