/**
 * The state of the process, as a value that tests replace.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import type { Environment } from "./arguments.ts";
import { type OutputStream, outputStream } from "./output_stream.ts";

/** A request of the system, or of somebody at the keyboard, to end. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGBREAK";

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
  /** Returns the wall-clock time. */
  now(): Date;
  /** Returns the present instant in milliseconds on a monotonic clock. */
  nowMs(): number;
  /** Returns whether there is a file, not a folder, at an absolute path. */
  isFile(path: string): Promise<boolean>;
  /** Calls a handler for every signal to end, in place of the process ending; returns what takes it off again. */
  onSignal(handler: (signal: StopSignal) => void): () => void;
  /** Ends the process with a code, whatever still runs in it. */
  exit(code: number): void;
}

/** Returns the state of this very process. */
export function denoProcess(): ProcessState {
  return {
    args: Deno.args,
    env: Deno.env,
    cwd: Deno.cwd(),
    stdout: outputStream(Deno.stdout),
    stderr: outputStream(Deno.stderr),
    now: () => new Date(),
    nowMs,
    isFile,
    onSignal,
    exit: (code) => Deno.exit(code),
  };
}

/** Returns whether a stream should be coloured: it is a terminal and `NO_COLOR` is not set. */
export function isColored(process: ProcessState, stream: OutputStream): boolean {
  return stream.isTerminal && (process.env.get("NO_COLOR") ?? "") === "";
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await Deno.stat(path)).isDirectory;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw error;
  }
}

function onSignal(handler: (signal: StopSignal) => void): () => void {
  const signals: StopSignal[] = Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  const listeners = signals.map((signal) => [signal, () => handler(signal)] as const);
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  return () => listeners.forEach(([signal, listener]) => Deno.removeSignalListener(signal, listener));
}
