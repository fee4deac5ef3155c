/**
 * A NATS server of this program's own.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";

/** A running server. */
export interface NatsServer {
  /** URL with its token; on loopback. */
  readonly url: string;
  /** Ends it. */
  stop(): Promise<void>;
}

/** How long the server may take to listen, in milliseconds. */
const START_TIMEOUT_MS = 10_000;
/**
 * Runs the server until the input of the shell ends, which it does with this program, even if nothing is left to say so.
 * The shell lets go of the output: it ends with the server.
 */
const WATCHED = `command -v nats-server >/dev/null || exit 127
nats-server -c "$1" </dev/null &
exec 2>&-
read -r _
kill $!
wait`;
const NOT_FOUND = 127;
const HAS_SHELL = Deno.build.os !== "windows";

/**
 * Starts `nats-server` from the PATH on a free port of the loopback interface, with a random token. It ends with this
 * program, even if that is killed (not on Windows then).
 *
 * @throws {UsageError} if there is none, or it does not start
 */
export async function startNatsServer(): Promise<NatsServer> {
  const token = crypto.randomUUID().replaceAll("-", "");
  const config = Deno.makeTempFileSync({ prefix: "locust-nats-", suffix: ".conf" }); // only this user may read it
  Deno.writeTextFileSync(config, `listen: "127.0.0.1:-1"\nauthorization { token: "${token}" }\n`);
  try {
    const child = spawn(config);
    const onExit = () => end(child);
    addEventListener("unload", onExit);
    const port = await portOf(child);
    return {
      url: `nats://${token}@127.0.0.1:${port}`,
      stop: async () => {
        removeEventListener("unload", onExit);
        end(child);
        await child.status;
      },
    };
  } finally {
    Deno.removeSync(config);
  }
}

/** Ends the server; the shell, where there is one, ends with it. */
function end(child: Deno.ChildProcess): void {
  child.stdin.close().catch(() => {}); // it has ended already
  if (HAS_SHELL) return;
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** Detached: Ctrl-C goes to the whole process group of the terminal, and the run's last reports need the server. */
function spawn(config: string): Deno.ChildProcess {
  const [program, args]: [string, string[]] = HAS_SHELL
    ? ["sh", ["-c", WATCHED, "locust", config]]
    : ["nats-server", ["-c", config]];
  const options = { args, detached: true, stdin: "piped", stdout: "null", stderr: "piped" } as const;
  try {
    return new Deno.Command(program, options).spawn();
  } catch (error) {
    throw error instanceof Deno.errors.NotFound ? missing() : error;
  }
}

function missing(): UsageError {
  return new UsageError(
    ["Cannot start a NATS server: nats-server is not on the PATH, expected it there, or --nats with the URL of a server"],
    "apt-get install nats-server, brew install nats-server, or docker run -p 4222:4222 nats",
  );
}

/** Reads the port from the server's log; goes on to read it, so that the server never waits. */
function portOf(child: Deno.ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = "";
  const fail = async () => {
    end(child);
    const { code } = await child.status;
    const problem = `Cannot start a NATS server: ${text.trim().split("\n").at(-1) || "it said nothing"}`;
    reject(code === NOT_FOUND ? missing() : new UsageError([problem]));
  };
  const timer = setTimeout(fail, START_TIMEOUT_MS);
  const read = async () => {
    let port: string | undefined;
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      if (port !== undefined) continue;
      text += part;
      port = /Listening for client connections on \S+:(\d+)/.exec(text)?.[1];
      if (port === undefined) continue;
      clearTimeout(timer);
      resolve(Number(port));
    }
    clearTimeout(timer);
    await fail(); // it ended
  };
  void read();
  return promise;
}
