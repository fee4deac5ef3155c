/**
 * Writes strings to the process's streams.
 *
 * @module
 */

import { OutputError } from "../../core/errors.ts";
import { fileProblem } from "../../core/file_problem.ts";

/** A stream for strings. */
export interface OutputStream {
  /** Whether it is a terminal. */
  readonly isTerminal: boolean;
  /** Whether the reader is gone or the disk is full; further output is dropped. */
  readonly isClosed: boolean;
  /** Returns the terminal's current size in characters, at least 1 by 1; 80 by 24 without a terminal. */
  size(): { readonly columns: number; readonly rows: number };
  /**
   * Writes the whole string before it returns.
   *
   * @throws {OutputError} once, if writing fails although the reader is there, e.g. on a full disk
   */
  write(text: string): void;
  /** Calls a handler once when the reader is found to be gone; immediately if it already is. */
  onClosed(handler: () => void): void;
}

/** What an output stream writes to; `Deno.stdout` and `Deno.stderr` are two. */
export interface SyncWriter {
  /** Writes some of the bytes and returns their number. */
  writeSync(bytes: Uint8Array): number;
  /** Returns whether it is a terminal. */
  isTerminal(): boolean;
}

/** Pause before a full pipe is tried again, in milliseconds. */
const RETRY_AFTER_MS = 2;

/**
 * Returns a stream that loses nothing while its reader reads: it continues after a partial write and retries if a
 * non-blocking pipe is full. It blocks the thread while the reader does not read, as any pipe does.
 *
 * @param writer Receives the bytes
 * @param name Its name in errors; without a name, output that cannot be written is dropped. @default {""}
 * @param pause Waits the given number of milliseconds. @default blocks the thread
 */
export function outputStream(writer: SyncWriter, name = "", pause: (ms: number) => void = sleepSync): OutputStream {
  const encoder = new TextEncoder();
  const handlers: (() => void)[] = [];
  let isClosed = false;
  const close = () => {
    isClosed = true;
    for (const handler of handlers.splice(0)) handler();
  };
  return {
    isTerminal: writer.isTerminal(),
    get isClosed() {
      return isClosed;
    },
    size: consoleSize,
    write(text) {
      const bytes = encoder.encode(text);
      for (let at = 0; at < bytes.length && !isClosed;) {
        try {
          at += writer.writeSync(bytes.subarray(at));
        } catch (error) {
          if (isGone(error)) close();
          else if (error instanceof Deno.errors.WouldBlock) pause(RETRY_AFTER_MS);
          else {
            isClosed = true;
            if (name !== "") throw new OutputError(`Cannot write to ${name}: ${fileProblem(error)}`, { cause: error });
          }
        }
      }
    },
    onClosed(handler) {
      if (isClosed) handler();
      else handlers.push(handler);
    },
  };
}

/** Recognises a closed pipe and a closed terminal. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || (error as { code?: unknown }).code === "EIO";
}

function consoleSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 }; // not a terminal
  }
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
