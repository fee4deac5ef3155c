/** A fake process. */

import type { OutputStream } from "../../../lib/cli/terminal/output_stream.ts";
import type { Environment } from "../../../lib/cli/flags/arguments.ts";
import type { KeyHandlers, KeyInput } from "../../../lib/cli/terminal/key_input.ts";
import type { ProcessState, StopSignal } from "../../../lib/cli/process.ts";

/** Options of a fake process; all are optional. */
export interface FakeProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute paths of existing files. */
  readonly files?: readonly string[];
  /** Absolute paths of devices and pipes. */
  readonly devices?: readonly string[];
  /** Absolute paths of existing folders. */
  readonly folders?: readonly string[];
  readonly isTerminal?: boolean;
  /** Whether stdin is a terminal. @default `isTerminal` */
  readonly hasKeys?: boolean;
}

/** A stream that records what is written to it. */
export class FakeStream implements OutputStream {
  readonly isTerminal: boolean;
  text = "";
  #isClosed = false;
  readonly #handlers: (() => void)[] = [];

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  size(): { columns: number; rows: number } {
    return { columns: 80, rows: 24 };
  }

  write(text: string): void {
    if (!this.#isClosed) this.text += text;
  }

  onClosed(handler: () => void): void {
    this.#handlers.push(handler);
  }

  /** Closes the reading end. */
  close(): void {
    this.#isClosed = true;
    for (const handler of this.#handlers.splice(0)) handler();
  }
}

/** A keyboard that a test controls. */
export class FakeKeys implements KeyInput {
  readonly isTerminal: boolean;
  #handlers: KeyHandlers | null = null;

  constructor(isTerminal: boolean) {
    this.isTerminal = isTerminal;
  }

  /** Whether keys are read. */
  get isTaken(): boolean {
    return this.#handlers !== null;
  }

  listen(handlers: KeyHandlers): () => void {
    this.#handlers = handlers;
    handlers.onEnter();
    return () => {
      this.#handlers = null;
      handlers.onLeave();
    };
  }

  /** Suspends and resumes the terminal, as a shell does after Ctrl-Z. */
  suspend(): void {
    this.#handlers?.onLeave();
    this.#handlers?.onEnter();
  }

  /** Presses keys; has no effect without a listener. */
  press(keys: string): void {
    this.#handlers?.onBytes(new TextEncoder().encode(keys));
  }
}

/** A process in the folder `/project`. */
export class FakeProcess implements ProcessState {
  readonly args: readonly string[];
  readonly env: Environment;
  readonly cwd = "/project";
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
  readonly stdin: FakeKeys;
  /** Codes passed to `exit`. */
  readonly exits: number[] = [];
  /** Written files by path. */
  readonly written: Map<string, string> = new Map();
  /** Time of the monotonic clock; set by tests. */
  clockMs = 0;
  /** Whether it runs in the background of a shell; set by tests. */
  isInBackground = false;
  /** The limit on open files; set by tests. */
  openFiles: number | null = null;
  readonly #files: ReadonlySet<string>;
  readonly #folders: ReadonlySet<string>;
  readonly #devices: ReadonlySet<string>;
  readonly #handlers = new Set<(signal: StopSignal) => void>();

  constructor(options: FakeProcessOptions = {}) {
    const { args = [], env = {}, files = [], folders = [], devices = [], isTerminal = false } = options;
    const { hasKeys = isTerminal } = options;
    this.args = args;
    this.env = { get: (name) => env[name], names: () => Object.keys(env) };
    this.stdout = new FakeStream(isTerminal);
    this.stderr = new FakeStream(isTerminal);
    this.stdin = new FakeKeys(hasKeys);
    this.#files = new Set(files);
    this.#folders = new Set(folders);
    this.#devices = new Set(devices);
  }

  /** Number of signal handlers. */
  get handlers(): number {
    return this.#handlers.size;
  }

  isForeground(): boolean {
    return !this.isInBackground;
  }

  now(): Date {
    return new Date(2026, 0, 2, 3, 4, 5);
  }

  nowMs(): number {
    return this.clockMs;
  }

  isFile(path: string): Promise<boolean> {
    return Promise.resolve(this.#files.has(path) || this.#devices.has(path));
  }

  isDevice(path: string): Promise<boolean> {
    return Promise.resolve(this.#devices.has(path));
  }

  isFolder(path: string): Promise<boolean> {
    return Promise.resolve(this.#folders.has(path));
  }

  writeNewFile(path: string, text: string): Promise<void> {
    this.written.set(path, text);
    return Promise.resolve();
  }

  onSignal(handler: (signal: StopSignal) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  raiseOpenFiles(): number | null {
    return this.openFiles;
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** Sends the process a signal. */
  signal(signal: StopSignal): void {
    for (const handler of this.#handlers) handler(signal);
  }
}
