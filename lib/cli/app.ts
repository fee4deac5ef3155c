/**
 * The `locust` command with its real parts.
 *
 * @module
 */

import { Runner } from "../engine/runner.ts";
import { TableReporter } from "../report/table_reporter.ts";
import { denoProcess, isColored, type ProcessState } from "./process.ts";
import { type AppParts, runApp } from "./run_app.ts";

const PARTS: AppParts = {
  createRunner: (options, observers, log) => new Runner(options, { observers, log }),
  createReporters(process) {
    const { stdout } = process;
    const table = new TableReporter({
      write: (text) => stdout.write(text),
      isTerminal: stdout.isTerminal,
      hasColor: isColored(process, stdout),
      // Without a terminal there is no width to keep to: names stay whole.
      size: () => stdout.isTerminal ? stdout.size() : { columns: Infinity, rows: Infinity },
    });
    return { observers: [table], writeAbove: stdout.isTerminal ? (text) => table.writeAbove(text) : undefined };
  },
};

/**
 * Runs the command and ends the process with its exit code, since a busy worker would keep it alive.
 *
 * @param process The process. @default this one
 */
export async function main(process: ProcessState = denoProcess()): Promise<void> {
  process.exit(await runApp(process, PARTS));
}
