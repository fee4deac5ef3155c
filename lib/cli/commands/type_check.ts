/**
 * Checks the types of a locustfile with `deno check`.
 *
 * @module
 */

import { join } from "node:path";
import { errorMessage, readable } from "../../core/error_site.ts";
import { checkConfig, type ProgramPlace, programPlace } from "./deno_config.ts";

/** Result of a type check. */
export type TypeCheck =
  | { readonly kind: "passed" }
  /** `text` has the errors in Deno's format, with paths instead of URLs. */
  | { readonly kind: "failed"; readonly count: number; readonly text: string }
  | { readonly kind: "skipped"; readonly reason: string };

const IS_TYPESCRIPT = /\.[mc]?tsx?$/i;
const ERROR = /^TS\d+ \[ERROR\]: /m;

/**
 * Checks the types of a locustfile with the Deno that runs this program. Takes a few seconds, less the next time.
 *
 * @param path The locustfile's absolute path
 * @param place Where the program is. @default this program
 */
export async function checkTypes(path: string, place: ProgramPlace = programPlace()): Promise<TypeCheck> {
  if (!IS_TYPESCRIPT.test(path)) return { kind: "skipped", reason: "it is JavaScript" };
  if (place.isStandalone) {
    return { kind: "skipped", reason: `the binary cannot; "deno run -A jsr:@x/locust check" does` };
  }
  if (Deno.permissions.querySync({ name: "run", command: Deno.execPath() }).state !== "granted") {
    return { kind: "skipped", reason: `that needs --allow-run=${Deno.execPath()}` };
  }
  try {
    return place.folder === null ? await runCheck(path, []) : await checkWithConfig(path, place.folder);
  } catch (error) {
    return { kind: "skipped", reason: errorMessage(error) };
  }
}

/** A program in a folder uses its own `deno.json`, not one beside the locustfile; so does its type check. */
async function checkWithConfig(path: string, programFolder: string): Promise<TypeCheck> {
  const folder = await Deno.makeTempDir({ prefix: "locust-check-" });
  try {
    const config = join(folder, "deno.json");
    await Deno.writeTextFile(config, JSON.stringify(checkConfig(programFolder)));
    return await runCheck(path, ["--config", config]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function runCheck(path: string, options: readonly string[]): Promise<TypeCheck> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--no-lock", ...options, path],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (success) return { kind: "passed" };
  return readErrors(new TextDecoder().decode(stderr));
}

/** Reads the output of a failed `deno check`: type errors, or why there was no check. */
export function readErrors(output: string): TypeCheck {
  const at = output.search(ERROR);
  if (at < 0) return { kind: "skipped", reason: /^error: (.*)/m.exec(output)?.[1] ?? "deno check failed" };
  const text = output.slice(at).split(/^(?:Found \d+ errors?\.|error: )/m)[0]!.trimEnd();
  return { kind: "failed", count: text.match(new RegExp(ERROR, "gm"))!.length, text: readable(text) };
}
