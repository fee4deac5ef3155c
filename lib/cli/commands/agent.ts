/**
 * The command `locust agent`.
 *
 * @module
 */

import { openServerWarning, runAgent } from "../../cluster/agent/agent.ts";
import { EXIT_CODES } from "../../core/errors.ts";
import type { AgentCommand } from "../parsing/parse_cluster.ts";
import type { ProcessState } from "../process.ts";
import { logLines } from "../terminal/log_lines.ts";

/**
 * Takes part in runs until a signal comes, or one run is over with `--once`.
 *
 * @returns The exit code
 * @throws {UsageError} if the NATS server cannot be reached
 */
export async function agent(
  process: ProcessState,
  { nats, name, isOnce, secret }: AgentCommand,
): Promise<number> {
  process.raiseOpenFiles();
  const log = logLines(process, "info");
  const warning = openServerWarning(nats, secret !== undefined);
  if (warning !== null) log("warning", warning);
  const stop = new AbortController();
  const dispose = process.onSignal(() => stop.abort());
  try {
    await runAgent({
      ...{ nats, isOnce, signal: stop.signal, log: (text) => log("info", text) },
      ...(name === undefined ? {} : { name }),
      ...(secret === undefined ? {} : { secret }),
    });
  } finally {
    dispose();
  }
  return EXIT_CODES.completed;
}
