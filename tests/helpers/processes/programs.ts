// The program in its two forms: `deno run main.ts`, and the standalone binary, compiled here if possible.

import { fileURLToPath } from "node:url";
import { skippableTest } from "../skippable.ts";

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

/** The standalone binary. */
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

async function compile(): Promise<Program> {
  const path = await Deno.makeTempDir({ prefix: "locust binary " }) + "/locust";
  globalThis.addEventListener("unload", () => Deno.removeSync(path.replace(/\/locust$/, ""), { recursive: true }));
  const env = await compilerEnv();
  const built = await run(["sh", `${ROOT}scripts/compile.sh`, "--output", path], env);
  if (!built.success && env["DENORT_BIN"]) throw new Error(`scripts/compile.sh failed: ${built.stderr}`);
  const version = built.success ? (await run([path, "--version"])).stdout : "";
  const deno = /deno (\d+)\.(\d+)\.(\d+)/.exec(version)?.slice(1).map(Number) ?? [0, 0, 0];
  const hasTypeScript = deno[0]! > 2 || (deno[0] === 2 && (deno[1]! > 8 || (deno[1] === 8 && deno[2]! >= 2)));
  const missing = built.success ? null : "deno compile has no runtime here";
  return { name: "binary", command: [path], hasTypeScript, missing };
}

/** Result of a program. */
export interface ProgramResult {
  readonly success: boolean;
  readonly code: number;
  readonly signal: Deno.Signal | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command until it exits. */
export async function run(
  [command, ...args]: readonly string[],
  env: Record<string, string> = {},
): Promise<ProgramResult> {
  const output = await new Deno.Command(command!, { args, env, stdin: "null", stdout: "piped", stderr: "piped" })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  const { success, code, signal } = output;
  return { success, code, signal, stdout: text(output.stdout), stderr: text(output.stderr) };
}
