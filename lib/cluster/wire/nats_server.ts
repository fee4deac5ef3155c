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
 * Starts `nats-server` from the PATH on a free port of the loopback interface, with a random token.
 *
 * @throws {UsageError} if there is none, or it does not start
 */
export async function startNatsServer(): Promise<NatsServer> {
  const token = crypto.randomUUID().replaceAll("-", "");
  const config = Deno.makeTempFileSync({ prefix: "locust-nats-", suffix: ".conf" }); // only this user may read it
  Deno.writeTextFileSync(config, `listen: "127.0.0.1:-1"\nauthorization { token: "${token}" }\n`);
  try {
    const child = spawn(config);
    const end = () => kill(child);
    addEventListener("unload", end); // whatever ends this program before it stops the server
    const port = await portOf(child);
    return {
      url: `nats://${token}@127.0.0.1:${port}`,
      stop: async () => {
        removeEventListener("unload", end);
        kill(child);
        await child.status;
      },
    };
  } finally {
    Deno.removeSync(config);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGTERM");
  } catch {
    // It has ended already.
  }
}

/** Detached: Ctrl-C goes to the whole process group of the terminal, and the run's last reports need the server. */
function spawn(config: string): Deno.ChildProcess {
  const [args, detached] = [["-c", config], true];
  try {
    return new Deno.Command("nats-server", { args, detached, stdin: "null", stdout: "null", stderr: "piped" }).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(
      ["Cannot start a NATS server: nats-server is not on the PATH, expected it there, or --nats with the URL of a server"],
      "apt-get install nats-server, brew install nats-server, or docker run -p 4222:4222 nats",
    );
  }
}

/** Reads the port from the server's log; goes on to read it, so that the server never waits. */
function portOf(child: Deno.ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  let text = "";
  const fail = () => {
    kill(child);
    reject(new UsageError([`Cannot start a NATS server: ${text.trim().split("\n").at(-1) || "it said nothing"}`]));
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
    fail(); // it ended
  };
  void read();
  return promise;
}
