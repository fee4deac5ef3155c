/**
 * `locust init`: writes a first locustfile.
 *
 * @module
 */

import { resolve } from "node:path";
import { EXIT_CODES, ScriptError } from "../../core/errors.ts";
import { fileProblem } from "../../core/file_problem.ts";
import { denoConfig, programCommand, programPlace } from "./deno_config.ts";
import type { ProcessState } from "../process.ts";

const LOCUSTFILE = `// A load test: what one user does, run by many at once.
//
//   locust --host http://localhost:8080 --users 10 --duration 30
//
// "locust check" checks this file without sending anything.

import { assert, between, HttpUser } from "@x/locust";

// Conditions for the run to pass; without them, failed requests do not fail the run.
// export const thresholds = ["p95 < 500ms", "failures < 1%"];

// Runs once, before any user starts; its return value is \`this.data\` of every user.
// export function setup() { return { items: 50 }; }

// Every exported class is run; \`static override weight = 3\` triples the share of a class.
export class Visitor extends HttpUser {
  // Pause between iterations, in seconds.
  static override waitTime = between(1, 3);

  // Runs once for each user, e.g. to log in. Cookies are kept.
  // override async onStart() {
  //   await this.client.post("/login", { json: { name: "user " + this.id } });
  // }

  // One iteration; repeats for the duration of the test.
  override async run() {
    const resp = await this.client.get("/");
    // A status of 400 or above fails the request anyway; this checks the content, too.
    assert((await resp.text()).length > 0, "the page is empty");
  }
}
`;

/**
 * Writes a commented locustfile into the working directory and, on request, a `deno.json` for the editor. Existing files
 * are kept: if there is a locustfile, only the `deno.json` is written.
 *
 * @returns The exit code
 * @throws {ScriptError} if all files exist already, or one cannot be written
 */
export async function init(process: ProcessState, withDeno: boolean): Promise<number> {
  const place = programPlace();
  const config = `${JSON.stringify(denoConfig(place), null, 2)}\n`;
  const texts = [["locustfile.ts", LOCUSTFILE], ...(withDeno ? [["deno.json", config]] : [])] as const;
  const files = texts.map(([name, text]) => ({ name: name!, text: text!, path: resolve(process.cwd, name!) }));
  const isThere = await Promise.all(files.map(({ path }) => orRefused(path, () => process.isFile(path))));
  if (!isThere.includes(false)) {
    const paths = files.map(({ path }) => `"${path}"`).join(" and ");
    throw new ScriptError(
      `Cannot write ${paths}: ${files.length > 1 ? "the files exist" : "the file exists"} already`,
    );
  }
  for (const [index, { name, path, text }] of files.entries()) {
    if (!isThere[index]) await orRefused(path, () => process.writeNewFile(path, text));
    process.stdout.write(isThere[index] ? `Kept the existing ${name}\n` : `Wrote ${name}\n`);
  }
  process.stdout.write(`\nNow run: ${programCommand(place)} --host http://localhost:8080 --users 10 --duration 30\n`);
  return EXIT_CODES.completed;
}

/** Runs a file operation; reports the path and the reason if it fails. */
async function orRefused<T>(path: string, use: () => Promise<T>): Promise<T> {
  try {
    return await use();
  } catch (cause) {
    throw new ScriptError(`Cannot write "${path}": ${fileProblem(cause)}`, { cause });
  }
}
