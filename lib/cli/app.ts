/**
 * The `locust` command, wired to the real runner and reporters.
 *
 * @module
 */

import { inspectScript } from "../engine/run/inspect_script.ts";
import { Runner } from "../engine/run/runner.ts";
import { checkTypes } from "./commands/type_check.ts";
import { denoProcess, type ProcessState } from "./process.ts";
import { createReporters } from "./reporters.ts";
import type { AppParts } from "./parts.ts";
import { runApp } from "./run_app.ts";

const PARTS: AppParts = {
  createRunner: (options, hooks) => new Runner(options, hooks),
  createReporters,
  inspectScript,
  checkTypes,
};

/**
 * Runs the command and ends the process with its exit code, because a busy worker would keep it alive.
 *
 * @param process The process. @default this one
 */
export async function main(process: ProcessState = denoProcess()): Promise<void> {
  process.exit(await runApp(process, PARTS));
}
