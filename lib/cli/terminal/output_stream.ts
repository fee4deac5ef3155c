/**
 * Writing text to the process's streams.
 *
 * @module
 */

import { OutputError } from "../../core/errors.ts";
import { fileProblem } from "../../core/file_problem.ts";

/** Where text goes. */
export interface OutputStream {
  /** Whether somebody watches on a terminal. */
  readonly isTerminal: boolean;
  /** Whether the other end is gone or full; what is written then is dropped. */
  readonly isClosed: boolean;
  /** Returns the terminal's present size in characters, 1 or more each; 80 by 24 where there is no terminal. */
  size(): { readonly columns: number; readonly rows: number };
  /**
   * Writes all of a string before it returns.
   *
   * @throws {OutputError} once, if it cannot be written though the other end is there, e.g. on a full disk
   */
  write(text: string): void;
  /** Has a handler called once, as the other end is found to be gone; at once where that has happened. */
  onClosed(handler: () => void): void;
}

/** What an output stream needs of the system; `Deno.stdout` and `Deno.stderr` have it. */
export interface SyncWriter {
  /** Writes some of the bytes and returns how many. */
  writeSync(bytes: Uint8Array): number;
  /** Returns whether it is a terminal. */
  isTerminal(): boolean;
}

/** How long to wait for a reader that is slow, in milliseconds. */
const RETRY_AFTER_MS = 2;

/**
 * Returns a stream that loses nothing while somebody reads: it goes on after a partial write, and waits where a pipe
 * is full and set not to block. Blocks the thread while the reader does not read, as any pipe does.
 *
 * @param writer Takes the bytes
 * @param name What it is called in errors; one without a name drops what it cannot write. @default {""}
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

/** Tells the end of a pipe, and that of a terminal. */
function isGone(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || (error as { code?: unknown }).code === "EIO";
}

function consoleSize(): { columns: number; rows: number } {
  try {
    const { columns, rows } = Deno.consoleSize();
    return { columns: columns || 80, rows: rows || 24 };
  } catch {
    return { columns: 80, rows: 24 }; // no terminal at all
  }
}

function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
