/**
 * Key input from the terminal, while this process is in the foreground.
 *
 * @module
 */

import { type JobControl, jobControl } from "./job_control.ts";

/** How often to check whether this process is in the foreground, in milliseconds. */
const CHECK_EVERY_MS = 500;
/** Exit code after Ctrl-\. */
const QUIT_EXIT_CODE = 128 + 3;

/** Receives keys. */
export interface KeyHandlers {
  /** Called when keys are read from now on. */
  onEnter(): void;
  /** Called when keys are no longer read, for now or for good; leaves the screen in order. */
  onLeave(): void;
  /** Receives the bytes of pressed keys immediately, not line by line. */
  onBytes(bytes: Uint8Array): void;
}

/** A source of keys. */
export interface KeyInput {
  /** Whether it is a terminal. */
  readonly isTerminal: boolean;
  /**
   * Reads keys while this process is in the foreground of the terminal.
   *
   * @returns A function that restores the terminal
   */
  listen(handlers: KeyHandlers): () => void;
}

/** Returns the key input of the current process. */
export function keyInput(): KeyInput {
  return {
    isTerminal: Deno.stdin.isTerminal(),
    listen(handlers) {
      const jobs = jobControl();
      if (jobs === null) return () => {};
      const keys = new TerminalKeys(handlers, jobs);
      return () => keys.close();
    },
  };
}

class TerminalKeys {
  readonly #handlers: KeyHandlers;
  readonly #jobs: JobControl;
  readonly #disposers: (() => void)[] = [];
  #isTaken = false;
  #isReading = false;

  constructor(handlers: KeyHandlers, jobs: JobControl) {
    this.#handlers = handlers;
    this.#jobs = jobs;
    if (Deno.build.os !== "windows") {
      this.#onSignal("SIGCONT", () => this.#check());
      this.#onSignal("SIGTSTP", () => {
        this.#give();
        jobs.stopItself();
      });
      this.#onSignal("SIGQUIT", () => {
        this.#give();
        Deno.exit(QUIT_EXIT_CODE);
      });
    }
    // If the process ends without returning to our caller, Deno restores the terminal, but not its cursor.
    for (const type of ["error", "unhandledrejection", "unload"]) {
      const give = () => this.#give();
      globalThis.addEventListener(type, give);
      this.#disposers.push(() => globalThis.removeEventListener(type, give));
    }
    // A running job is not notified when the shell moves it to the foreground.
    const timer = setInterval(() => this.#check(), CHECK_EVERY_MS);
    this.#disposers.push(() => clearInterval(timer));
    this.#check();
  }

  close(): void {
    this.#give();
    this.#disposers.splice(0).forEach((dispose) => dispose());
  }

  #check(): void {
    if (this.#jobs.isForeground() === this.#isTaken) return;
    if (this.#isTaken) return this.#give();
    // Signals stay signals (`cbreak`), except on Windows, where Ctrl-C arrives as a byte.
    if (!setRaw(true)) return;
    this.#isTaken = true;
    void this.#read();
    this.#handlers.onEnter();
  }

  #give(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#handlers.onLeave();
    // In the background, the shell has configured the terminal for another job.
    if (this.#jobs.isForeground()) setRaw(false);
  }

  /** A read cannot be cancelled: a pending one continues in the next foreground phase, or ends with the process. */
  async #read(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    const buffer = new Uint8Array(256);
    try {
      while (this.#isTaken) {
        const length = await Deno.stdin.read(buffer);
        if (length === null) break;
        if (this.#isTaken) this.#handlers.onBytes(buffer.subarray(0, length));
      }
    } catch {
      // Reading fails with "Input/output error" in the background and after the terminal is closed; the run continues
      // without keys.
    } finally {
      this.#isReading = false;
    }
  }

  #onSignal(signal: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(signal, listener);
    this.#disposers.push(() => Deno.removeSignalListener(signal, listener));
  }
}

/** Returns whether it succeeded; a run continues if its terminal is gone, e.g. with a connection. */
function setRaw(isRaw: boolean): boolean {
  try {
    Deno.stdin.setRaw(isRaw, { cbreak: isRaw });
    return true;
  } catch {
    return false;
  }
}
