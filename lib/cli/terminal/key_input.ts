/**
 * The keys of the terminal, while this process has it.
 *
 * @module
 */

import { type JobControl, jobControl } from "./job_control.ts";

/** How often is looked whether the terminal has been given to this process or taken away, in milliseconds. */
const CHECK_EVERY_MS = 500;
/** Exit code of a process that Ctrl-\ ends. */
const QUIT_EXIT_CODE = 128 + 3;

/** Told of keys. */
export interface KeyHandlers {
  /** Keys are read from now on. */
  onEnter(): void;
  /** Keys are not read any more, for now or for good: what is on the screen is to be left in good order. */
  onLeave(): void;
  /** Takes what the keys pressed stand for, at once and not by the line. */
  onBytes(bytes: Uint8Array): void;
}

/** Where keys come from. */
export interface KeyInput {
  /** Whether it is a terminal at all. */
  readonly isTerminal: boolean;
  /**
   * Has keys read while this process has the terminal, which is not so in the background of a shell.
   *
   * @returns Gives the terminal back as it was
   */
  listen(handlers: KeyHandlers): () => void;
}

/** Returns the keys of this very process. */
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
    // Where the process ends without coming back to our caller, Deno gives back the terminal, but not its cursor.
    for (const type of ["error", "unhandledrejection", "unload"]) {
      const give = () => this.#give();
      globalThis.addEventListener(type, give);
      this.#disposers.push(() => globalThis.removeEventListener(type, give));
    }
    // A shell that takes a running job to the foreground tells it nothing.
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
    // Signals go on being signals (`cbreak`), except on Windows, where Ctrl-C comes as a byte.
    if (!setRaw(true)) return;
    this.#isTaken = true;
    void this.#read();
    this.#handlers.onEnter();
  }

  #give(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    this.#handlers.onLeave();
    // In the background, the terminal is as the shell has set it up for another.
    if (this.#jobs.isForeground()) setRaw(false);
  }

  /** A read cannot be taken back: one that waits goes on when the terminal is taken again, or ends with the process. */
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
      // "Input/output error" is what is read in the background, where keys are for others, and from a terminal that is
      // gone, where there are none; the run needs no keys to go on.
    } finally {
      this.#isReading = false;
    }
  }

  #onSignal(signal: Deno.Signal, listener: () => void): void {
    Deno.addSignalListener(signal, listener);
    this.#disposers.push(() => Deno.removeSignalListener(signal, listener));
  }
}

/** Returns whether it could be done; a terminal that is gone, e.g. with a connection, is no reason to end a run. */
function setRaw(isRaw: boolean): boolean {
  try {
    Deno.stdin.setRaw(isRaw, { cbreak: isRaw });
    return true;
  } catch {
    return false;
  }
}
