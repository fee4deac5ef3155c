/** The command with its page, as a process of its own. */

import { fileURLToPath } from "node:url";
import { locustfile } from "../helpers/runs/run.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** A page that is being served. */
export interface ServedPage extends AsyncDisposable {
  /** Its address, with the token. */
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  /** Sends the command a signal, waits for its end, and returns its exit code. */
  end(signal?: Deno.Signal): Promise<number>;
  /** Waits for its end. */
  readonly ended: Promise<number>;
}

/** Starts the command with its page on a free port. */
export async function servedPage(
  script: string,
  options: readonly string[],
  program: readonly string[] = [Deno.execPath(), "run", "-A", MAIN],
  name = "locustfile.ts",
): Promise<ServedPage> {
  const file = await locustfile(script, { [name]: script });
  const child = new Deno.Command(program[0]!, {
    args: [...program.slice(1), `${file.folder}/${name}`, ...options, "--web", "127.0.0.1:0"],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const reading = (async () => {
    let text = "";
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      const url = /^Open (\S+)$/m.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    }
    reject(new Error(`no page: ${text}`));
  })();
  const url = await promise;
  const ended = child.status.then(({ code }) => code);
  const end = async (signal: Deno.Signal = "SIGINT") => {
    try {
      child.kill(signal);
    } catch {
      // It has ended.
    }
    return await ended;
  };
  return {
    url,
    origin: new URL(url).origin,
    token: new URL(url).hash.replace("#token=", ""),
    end,
    ended,
    async [Symbol.asyncDispose]() {
      await end("SIGKILL");
      await reading;
      await file[Symbol.asyncDispose]();
    },
  };
}
