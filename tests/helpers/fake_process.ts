/** A process that exists only in a test. */

import type { OutputStream } from "../../lib/cli/output_stream.ts";
import type { ProcessState, StopSignal } from "../../lib/cli/process.ts";

/** What a fake process is like; everything has a default. */
export interface FakeProcessOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Absolute paths of the files there are. */
  readonly files?: readonly string[];
  readonly isTerminal?: boolean;
}

/** A stream that keeps what is written to it. */
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

  /** Takes the reader away. */
  close(): void {
    this.#isClosed = true;
    for (const handler of this.#handlers.splice(0)) handler();
  }
}

/** A process in the folder `/work`. */
export class FakeProcess implements ProcessState {
  readonly args: readonly string[];
  readonly env: { get(name: string): string | undefined };
  readonly cwd = "/work";
  readonly stdout: FakeStream;
  readonly stderr: FakeStream;
  /** Codes that `exit` was called with. */
  readonly exits: number[] = [];
  /** What the monotonic clock shows; a test sets it. */
  clockMs = 0;
  readonly #files: ReadonlySet<string>;
  readonly #handlers = new Set<(signal: StopSignal) => void>();

  constructor({ args = [], env = {}, files = [], isTerminal = false }: FakeProcessOptions = {}) {
    this.args = args;
    this.env = { get: (name) => env[name] };
    this.stdout = new FakeStream(isTerminal);
    this.stderr = new FakeStream(isTerminal);
    this.#files = new Set(files);
  }

  /** Handlers of signals that are on. */
  get handlers(): number {
    return this.#handlers.size;
  }

  now(): Date {
    return new Date(2026, 0, 2, 3, 4, 5);
  }

  nowMs(): number {
    return this.clockMs;
  }

  isFile(path: string): Promise<boolean> {
    return Promise.resolve(this.#files.has(path));
  }

  onSignal(handler: (signal: StopSignal) => void): () => void {
    this.#handlers.add(handler);
    return () => this.#handlers.delete(handler);
  }

  exit(code: number): void {
    this.exits.push(code);
  }

  /** Sends the process a signal. */
  signal(signal: StopSignal): void {
    for (const handler of this.#handlers) handler(signal);
  }
}
