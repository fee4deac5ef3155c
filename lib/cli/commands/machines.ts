/**
 * A run on several machines, from the terminal of the coordinator.
 *
 * @module
 */

import { Coordinator } from "../../cluster/coordinator/coordinator.ts";
import { EXIT_CODES } from "../../core/errors.ts";
import { RunSession } from "../../engine/run/run_session.ts";
import { load, type RunPlan } from "../load.ts";
import type { Command } from "../parse.ts";
import { natsFlags } from "../parse_cluster.ts";
import type { AppParts } from "../parts.ts";
import type { ProcessState } from "../process.ts";
import { logLines } from "../terminal/log_lines.ts";

/** How long to wait for agents unless told otherwise, in milliseconds. */
const WAIT_MS = 300_000;

/**
 * Waits for the agents and runs the load on them.
 *
 * @param observers Watch the run beside the command's own reporters
 * @returns The exit code
 * @throws {UsageError} if there is no NATS server, or too few agents join
 */
export async function runOnMachines(
  process: ProcessState,
  parts: AppParts,
  { options, cluster, outputs, resolved }: Extract<Command, { labelOf: unknown }> & RunPlan,
): Promise<number> {
  const { machines, agentSecret, startWith, onLoss, waitMs = WAIT_MS } = cluster;
  const nats = natsFlags(cluster);
  const level = nats === undefined ? "info" : resolved.logLevel; // nobody knows the URL of a server of its own
  const stop = new AbortController();
  const dispose = process.onSignal(() => stop.abort());
  let coordinator: Coordinator | null = null;
  try {
    coordinator = await Coordinator.open({
      ...{ machines: machines!, waitMs, log: logLines(process, level), stopsOnLoss: onLoss === "stop" },
      ...(startWith === undefined ? {} : { startWith }),
      ...(agentSecret === undefined ? {} : { secret: agentSecret }),
      ...(options.workers === undefined ? {} : { workersEach: resolved.requestedWorkers }),
      ...(nats === undefined ? {} : { nats }),
      ...(cluster.include === undefined ? {} : { include: cluster.include }),
    });
    await coordinator.gather(resolved.locustfile, stop.signal);
    if (stop.signal.aborted) return EXIT_CODES.interrupted;
    dispose();
    const { createFleet } = coordinator;
    const session = new RunSession((runOptions, hooks) => parts.createRunner(runOptions, { ...hooks, createFleet }));
    return (await load(process, parts, session, resolved, outputs)).exitCode;
  } finally {
    dispose();
    await coordinator?.close();
  }
}
