/** A pseudo terminal for tests, created by `script` of util-linux, which Debian always has. */

import { assert } from "@std/assert";
import { stripAnsiCode } from "@std/fmt/colors";
import { run } from "./command.ts";
import { skippableTest } from "../skippable.ts";

/** Why there is no terminal here, or `null` if there is one. */
export const NO_TERMINAL: string | null = await missing();
/** Time limit for output to appear, in milliseconds: the machine may be busy. */
const LIMIT_MS = 30_000;
/** Written at the end of the shell script; invisible on a terminal. */
const END = "\x1b]end\x07";
/** Last line of the script. It waits for input, as `script` may lose output written right before the end. */
const LAST_LINE = String.raw`printf '\033]end\a'; while read -r line < /dev/tty && [ "$line" != over ]; do :; done`;

/** Defines a test that needs a terminal; without one, the test is skipped and its name says why. */
export function terminalTest(name: string, body: () => Promise<void>): void {
  skippableTest(name, NO_TERMINAL, body);
}

/** A terminal with a shell that runs a script. */
export class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #keys: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #folder: string;
  readonly #waiting = new Set<() => void>();
  #text = "";
  #at = 0;
  #hasEnded = false;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#child = new Deno.Command("script", {
      // A shell that waits for bash would die of Ctrl-\, and not every $SHELL replaces itself.
      args: ["--quiet", "--flush", "--return", "--command", "exec bash script.sh", "/dev/null"],
      cwd: folder,
      env: { TERM: "xterm", NO_COLOR: "1", SHELL: "/bin/sh" },
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#keys = this.#child.stdin.getWriter();
    this.#reading = this.#read();
  }

  /**
   * Runs lines of bash on a terminal of 80 by 24. `run COMMAND` in them runs a command and prints `exit <code>`; then
   * `terminal as before`, if it is.
   */
  static async open(...lines: readonly string[]): Promise<Terminal> {
    const folder = await Deno.makeTempDir({ prefix: "locust terminal " });
    const script = [
      "stty cols 80 rows 24",
      "stty -a > before",
      "trap : INT QUIT",
      'run() { "$@"; echo "exit $?"; stty -a < /dev/tty | diff before - && echo "terminal as before"; }',
      ...lines,
      LAST_LINE,
      "",
    ];
    await Deno.writeTextFile(`${folder}/script.sh`, script.join("\n"));
    return new Terminal(folder);
  }

  /** The output so far, without escape codes. */
  get text(): string {
    return stripAnsiCode(this.raw);
  }

  /** The output so far, with normalized line ends. */
  get raw(): string {
    const [text] = this.#text.split(END, 1) as [string];
    return text.replaceAll("\r\n", "\n"); // of the whole string: a chunk may end between the two
  }

  /** Types keys. */
  async press(keys: string): Promise<void> {
    await this.#keys.write(new TextEncoder().encode(keys));
  }

  /** Waits for output after the previous match; returns the match. */
  async shows(expected: string | RegExp): Promise<RegExpExecArray> {
    const pattern = typeof expected === "string" ? new RegExp(RegExp.escape(expected)) : expected;
    const limit = AbortSignal.timeout(LIMIT_MS);
    while (true) {
      const found = pattern.exec(this.text.slice(this.#at));
      if (found !== null) {
        this.#at += found.index + found[0].length;
        return found;
      }
      assert(
        !this.#hasEnded && !limit.aborted,
        `"${expected}" was not shown, but:\n${this.text.slice(this.#at).slice(-2000)}`,
      );
      await this.#change(limit);
    }
  }

  /** Describes how the shell ended and its last output, for a failed test. */
  async account(): Promise<string> {
    const { code, signal } = await this.#child.status;
    return `the shell ended with ${signal ?? `code ${code}`} after ${JSON.stringify(this.raw.slice(-500))}`;
  }

  /** Waits for the shell to end; returns the output without escape codes. */
  async end(): Promise<string> {
    while (!this.#hasEnded && !this.#text.includes(END)) await this.#change();
    if (!this.#hasEnded) await this.press("over\n");
    await this.#reading;
    await this.#child.status;
    return this.text;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) this.#child.kill("SIGKILL");
    await this.#reading;
    await this.#child.status;
    await this.#keys.close().catch(() => {}); // the reader is gone
    await Deno.remove(this.#folder, { recursive: true });
  }

  async #read(): Promise<void> {
    for await (const part of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      this.#text += part;
      this.#waiting.forEach((wake) => wake());
    }
    this.#hasEnded = true;
    this.#waiting.forEach((wake) => wake());
  }

  /** Waits for more output, the end, or the time limit. */
  async #change(limit?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    limit?.addEventListener("abort", () => resolve());
    await promise;
    this.#waiting.delete(resolve);
  }
}

async function missing(): Promise<string | null> {
  for (const program of ["script", "bash", "stty"]) {
    const { success, stdout } = await run([program, "--version"]).catch(() => ({ success: false, stdout: "" }));
    if (!success) return `no ${program} here`;
    if (program === "script" && !stdout.includes("util-linux")) return "script is not util-linux's";
  }
  return null;
}
