import { Runner } from "../../../lib/engine/run/runner.ts";
import type { RunnerHooks } from "../../../lib/engine/run/runner_hooks.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import type { RunResult } from "../../../lib/stats/run_model.ts";

/** Log lines of a run, as `LEVEL text`. */
export type LogLines = string[];

/** Logged if the machine is slow to start workers, which tests cannot know. */
const WAITING = /^Waiting for /;

/** Runs a locustfile given as source, in a temporary folder. */
export async function runSource(
  source: string,
  options: RunnerOptions,
  hooks: RunnerHooks & { onRunner?(runner: Runner): void } = {},
): Promise<{ readonly result: RunResult; readonly logs: LogLines }> {
  await using file = await locustfile(source);
  const logs: LogLines = [];
  const log: RunnerHooks["log"] = hooks.log ?? ((level, text) => logs.push(`${level.toUpperCase()} ${text}`));
  const runner = new Runner({ locustfile: file.path, ...options }, {
    ...hooks,
    log: (level, text) => {
      if (!WAITING.test(text)) log(level, text);
    },
  });
  hooks.onRunner?.(runner);
  return { result: await runner.run(), logs };
}

/** Writes a locustfile to a temporary folder whose name contains a space. */
export async function locustfile(
  source: string,
  siblings: Readonly<Record<string, string>> = {},
): Promise<AsyncDisposable & { readonly path: string; readonly folder: string }> {
  const folder = await Deno.makeTempDir({ prefix: "locust test " });
  await Deno.writeTextFile(`${folder}/locustfile.ts`, source);
  for (const [name, text] of Object.entries(siblings)) await Deno.writeTextFile(`${folder}/${name}`, text);
  return {
    path: `${folder}/locustfile.ts`,
    folder,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
