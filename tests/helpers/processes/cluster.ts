// Agents and a NATS server as processes on loopback.

import { type CommandOptions, type CommandResult, locust } from "./command.ts";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../main.ts", import.meta.url));

/** Why there is no NATS server here, or `null`. */
export const NATS_MISSING: string | null = await isInstalled() ? null : "nats-server is not installed";

async function isInstalled(): Promise<boolean> {
  try {
    return (await new Deno.Command("nats-server", { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/** A NATS server on loopback that a test starts, kills and starts again. */
export class Nats implements AsyncDisposable {
  readonly #config: string;
  readonly #login: string;
  #child: Deno.ChildProcess | null = null;
  #port = -1;

  private constructor(config: string, login: string) {
    this.#config = config;
    this.#login = login;
  }

  /**
   * Starts one on a free port.
   *
   * @param login What its configuration says of logins. @default the token "secret"
   */
  static async start(login = 'authorization { token: "secret" }'): Promise<Nats> {
    const nats = new Nats(await Deno.makeTempFile({ suffix: ".conf" }), login);
    await nats.resume();
    return nats;
  }

  /** Its host and port. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** Its URL, with the token. */
  get url(): string {
    return `nats://secret@${this.address}`;
  }

  /** Kills it. */
  async kill(): Promise<void> {
    this.#child?.kill("SIGKILL");
    await this.#child?.status;
    this.#child = null;
  }

  /** Starts it, on the port that it had. */
  async resume(): Promise<void> {
    await Deno.writeTextFile(this.#config, `listen: "127.0.0.1:${this.#port}"\n${this.#login}\n`);
    const args = ["-c", this.#config];
    const child = this.#child = new Deno.Command("nats-server", { args, stdout: "null", stderr: "piped" }).spawn();
    const lines = lineReader(child.stderr);
    this.#port = Number((await lines(/client connections on \S+:(\d+)/))[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#config);
  }
}

/** An agent as a process. */
export class Agent implements AsyncDisposable {
  readonly child: Deno.ChildProcess;
  /** Waits until its log has a line. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;

  constructor(nats: string, args: readonly string[] = [], { cwd, env, program }: CommandOptions = {}) {
    const [command, ...first] = program ?? [Deno.execPath(), "run", "-A", MAIN];
    this.child = new Deno.Command(command!, {
      args: [...first, "agent", "--nats", nats, ...args],
      env: { NO_COLOR: "1", ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.until = lineReader(this.child.stderr);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await this.child.status;
  }
}

/** Runs a coordinator to its end. */
export function coordinate(
  nats: string,
  machines: number,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return locust(["--machines", String(machines), "--nats", nats, "--wait", "60s", "-w", "1", ...args], options);
}

/** Reads a stream to its end, whether anybody asks for it or not; returns a function that waits for a match. */
function lineReader(stream: ReadableStream<Uint8Array>): (pattern: RegExp) => Promise<RegExpExecArray> {
  let [text, isOver] = ["", false];
  let wake = Promise.withResolvers<void>();
  const read = async () => {
    for await (const part of stream.pipeThrough(new TextDecoderStream())) {
      text += part;
      wake.resolve();
      wake = Promise.withResolvers();
    }
    isOver = true;
    wake.resolve();
  };
  void read();
  return async (pattern) => {
    for (;;) {
      const match = pattern.exec(text);
      if (match !== null) return match;
      if (isOver) throw new Error(`Ended without ${pattern}:\n${text}`);
      await wake.promise;
    }
  };
}
