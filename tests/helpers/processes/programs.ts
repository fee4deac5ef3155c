// The program in its two forms: `deno run main.ts`, and the standalone binary, compiled here if possible.

import { fileURLToPath } from "node:url";
import { skippableTest } from "../skippable.ts";
import { run } from "./command.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Prints variables that name a Deno and its runtime for compiling, for networks without others. */
const RUNTIME_SCRIPT = `${ROOT}../shared/denort-2.7.11.sh`;

/** A way to run `locust`. */
export interface Program {
  readonly name: string;
  /** Command and first arguments. */
  readonly command: readonly string[];
  /** Whether it can import a TypeScript locustfile. */
  readonly hasTypeScript: boolean;
  /** Why it cannot run here, or `null` if it can. */
  readonly missing: string | null;
}

/** Deno running the sources. */
export const DENO_RUN: Program = {
  name: "deno run",
  command: [Deno.execPath(), "run", "-A", `${ROOT}main.ts`],
  hasTypeScript: true,
  missing: null,
};

/** The standalone binary. Whoever imports this file waits until it is compiled: what needs only `run` does not. */
export const BINARY: Program = await compile();

/** Defines a test of a program; if it cannot run here, the test is skipped and its name says why. */
export function programTest(
  name: string,
  program: Program,
  body: () => Promise<void>,
  missing = program.missing,
): void {
  skippableTest(`${program.name}: ${name}`, missing, body);
}

/** Variables for the compiler: `DENO_2_7_11` with its runtime if available, else this Deno. */
export async function compilerEnv(): Promise<Record<string, string>> {
  const env: Record<string, string> = { DENO: Deno.execPath(), DENO_TLS_CA_STORE: "system" };
  const { success, stdout } = await run(["bash", RUNTIME_SCRIPT]);
  if (!success) return env;
  const exported = Object.fromEntries(
    [...stdout.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
  return { ...env, DENO: exported["DENO_2_7_11"] ?? env["DENO"]!, DENORT_BIN: exported["DENORT_BIN"] ?? "" };
}

/** Compiles the binary, unless another file of the same `deno task test` has done so; if it cannot be, says why. */
async function compile(): Promise<Program> {
  const folder = Deno.env.get("TESTS_BINARY_FOLDER") ?? await ownFolder();
  const path = `${folder}/locust`;
  using lock = await Deno.open(`${folder}/lock`, { create: true, write: true });
  await lock.lock(true);
  const attempt = await readAttempt(folder) ?? await build(folder, path);
  if (attempt.failure !== null) throw new Error(`scripts/compile.sh failed: ${attempt.failure}`);
  const deno = /deno (\d+)\.(\d+)\.(\d+)/.exec(attempt.version)?.slice(1).map(Number) ?? [0, 0, 0];
  const hasTypeScript = deno[0]! > 2 || (deno[0] === 2 && (deno[1]! > 8 || (deno[1] === 8 && deno[2]! >= 2)));
  const missing = attempt.version === "" ? "deno compile has no runtime here" : null;
  return { name: "binary", command: [path], hasTypeScript, missing };
}

/** What came of compiling: `version` is what the binary says, or empty if there is no runtime to compile with. */
interface Attempt {
  readonly version: string;
  readonly failure: string | null;
}

async function build(folder: string, path: string): Promise<Attempt> {
  const env = await compilerEnv();
  const built = await run(["sh", `${ROOT}scripts/compile.sh`, "--output", path], env);
  const attempt: Attempt = {
    version: built.success ? (await run([path, "--version"])).stdout : "",
    failure: !built.success && env["DENORT_BIN"] ? built.stderr : null,
  };
  await Deno.writeTextFile(`${folder}/attempt.json`, JSON.stringify(attempt));
  return attempt;
}

async function readAttempt(folder: string): Promise<Attempt | null> {
  try {
    return JSON.parse(await Deno.readTextFile(`${folder}/attempt.json`));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function ownFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "locust binary " });
  globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  return folder;
}
