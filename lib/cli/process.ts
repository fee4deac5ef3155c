/**
 * The state of the process, as a value that tests can replace.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import type { Environment } from "./flags/arguments.ts";
import { type KeyInput, keyInput } from "./terminal/key_input.ts";
import { isHangupIgnored, outputForeground } from "./terminal/job_control.ts";
import { raiseOpenFiles } from "./open_files.ts";
import { type OutputStream, outputStream } from "./terminal/output_stream.ts";

/** A signal that stops the run. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGBREAK" | "SIGHUP";

/** Everything the command uses of its process. */
export interface ProcessState {
  /** Arguments, without the program name. */
  readonly args: readonly string[];
  /** Environment variables. */
  readonly env: Environment;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  /** Receives tables and results. */
  readonly stdout: OutputStream;
  /** Receives logs, progress and messages. */
  readonly stderr: OutputStream;
  /** Returns whether this process is in the foreground of the terminal on stdout. */
  isForeground(): boolean;
  /** The keyboard. */
  readonly stdin: KeyInput;
  /** Returns the wall-clock time. */
  now(): Date;
  /** Returns the current time of a monotonic clock, in milliseconds. */
  nowMs(): number;
  /** Returns whether an absolute path is a file, not a folder. */
  isFile(path: string): Promise<boolean>;
  /** Returns whether an absolute path is a device, a pipe or a socket. */
  isDevice(path: string): Promise<boolean>;
  /** Returns whether an absolute path is a folder. */
  isFolder(path: string): Promise<boolean>;
  /** Writes a file that must not exist yet. */
  writeNewFile(path: string, text: string): Promise<void>;
  /** Calls a handler for every stop signal instead of ending the process; returns a function that removes it. */
  onSignal(handler: (signal: StopSignal) => void): () => void;
  /** Raises the limit on open files if the system allows; returns the limit in force, or `null` if unknown. */
  raiseOpenFiles(): number | null;
  /** Ends the process with an exit code, even if work is still running. */
  exit(code: number): void;
}

/** Returns the state of the current process. */
export function denoProcess(): ProcessState {
  // Asked for first of all: some work of Deno's own, at times done before the first listener is added, takes it away.
  const isHangupKept = Deno.build.os !== "windows" && isHangupIgnored();
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
    isDevice,
    isFolder,
    writeNewFile: (path, text) => Deno.writeTextFile(path, text, { createNew: true }),
    onSignal: (handler) => onSignal(handler, isHangupKept),
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

/** Reads a variable. Without permission it counts as not set; the user is not prompted. */
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

async function isDevice(path: string): Promise<boolean> {
  try {
    const { isFile, isDirectory } = await Deno.stat(path);
    return !isFile && !isDirectory;
  } catch {
    return false; // missing, or not accessible
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isDirectory;
  } catch {
    return false; // missing, or not accessible
  }
}

function onSignal(handler: (signal: StopSignal) => void, isHangupKept: boolean): () => void {
  const isWindows = Deno.build.os === "windows";
  const signals: StopSignal[] = isWindows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM", "SIGHUP"];
  // Once any listener is set, Deno ends the process on SIGHUP even under nohup. Ignoring it takes a listener, too.
  const ignored = isHangupKept ? "SIGHUP" : null;
  const listeners = signals.map((signal) => [signal, () => signal !== ignored && handler(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => listeners.forEach(([signal, listener]) => Deno.removeSignalListener(signal, listener));
}
