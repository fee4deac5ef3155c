/**
 * The `locust` command, wired to the real runner and reporters.
 *
 * @module
 */

import { Runner } from "../engine/run/runner.ts";
import { denoProcess, type ProcessState } from "./process.ts";
import { createReporters } from "./reporters.ts";
import type { AppParts } from "./parts.ts";
import { runApp } from "./run_app.ts";

const PARTS: AppParts = {
  createRunner: (options, hooks) => new Runner(options, hooks),
  createReporters,
  inspectScript: async (...given) => (await import("../engine/run/inspect_script.ts")).inspectScript(...given),
  checkTypes: async (path) => (await import("./commands/type_check.ts")).checkTypes(path),
};

/**
 * Runs the command and ends the process with its exit code, because a busy worker would keep it alive.
 *
 * @param process The process. @default this one
 */
export async function main(process: ProcessState = denoProcess()): Promise<void> {
  process.exit(await runApp(process, PARTS));
}
