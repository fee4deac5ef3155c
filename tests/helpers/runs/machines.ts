// A run on several machines whose coordinator is in this process, for settings that the command line does not have.

import { Coordinator, type CoordinatorOptions } from "../../../lib/cluster/coordinator/coordinator.ts";
import { MachinesRunner } from "../../../lib/cluster/coordinator/machines_runner.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import { isResolved, resolveOptions } from "../../../lib/engine/options/resolve_options.ts";
import { Runner } from "../../../lib/engine/run/runner.ts";
import type { TestServer } from "../servers/test_server.ts";
import type { RunObserver, RunResult } from "../../../lib/stats/run_model.ts";

/** A run and what it logs. */
export interface MachinesRun {
  readonly result: Promise<RunResult>;
  readonly runner: MachinesRunner;
  readonly log: readonly string[];
}

/** Waits until a server has seen more than so many requests; throws what the run throws, if it ends before. */
export async function untilHits(server: TestServer, hits: number, { result, log }: MachinesRun): Promise<void> {
  let isOver = false;
  result.then(() => isOver = true, () => isOver = true);
  while (server.hits <= hits) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (!isOver) continue;
    const { reason, machines } = await result;
    throw new Error(`The run ended without a request: ${reason}\n${Deno.inspect(machines)}\n${log.join("\n")}`);
  }
}

/** Starts a run on agents that wait for one, or will. */
export async function runOnMachines(
  nats: string,
  options: RunnerOptions,
  coordinatorOptions: Partial<CoordinatorOptions> & Pick<CoordinatorOptions, "machines">,
  observers: readonly RunObserver[] = [],
): Promise<MachinesRun> {
  const log: string[] = [];
  const write = (level: string, text: string) => void log.push(`${level}: ${text}`);
  const resolved = isResolved(options) ? options : resolveOptions({ logLevel: "info", ...options });
  const coordinator = await Coordinator.open({
    ...{ nats: { url: nats }, waitMs: 60_000, workersEach: 1, log: write },
    ...coordinatorOptions,
  });
  const runner = new MachinesRunner(
    () => Promise.resolve(coordinator),
    resolved,
    (createFleet) => new Runner(resolved, { createFleet, observers, log: write, print: () => {} }),
  );
  return { result: runner.run(), runner, log };
}
