/**
 * Runs on several machines, from the terminal or the page of the coordinator.
 *
 * @module
 */

import { Coordinator } from "../../cluster/coordinator/coordinator.ts";
import { MachinesRunner, WaitEndedError } from "../../cluster/coordinator/machines_runner.ts";
import { type NatsServer, startNatsServer } from "../../cluster/wire/nats_server.ts";
import { EXIT_CODES } from "../../core/errors.ts";
import { isLogged } from "../../core/log_level.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { RunnerHooks, ShownRunHooks } from "../../engine/run/runner_hooks.ts";
import { RunSession } from "../../engine/run/run_session.ts";
import type { ClusterFlags } from "../flags/cluster_flags.ts";
import { natsFlags } from "../parsing/parse_cluster.ts";
import { load, type RunPlan } from "../load.ts";
import type { Command } from "../parse.ts";
import type { AppParts } from "../parts.ts";
import type { ProcessState } from "../process.ts";

/** How long to wait for agents unless told otherwise, in milliseconds. */
const WAIT_MS = 300_000;

/** A command line whose runs may be on several machines. */
export type MachinesCommand = Pick<Extract<Command, { labelOf: unknown }>, "options" | "cluster">;

/** Runs on several machines, one after the other, over one NATS server. */
export class MachinesSession {
  readonly session: RunSession;
  readonly #server: NatsServer | null;

  private constructor(session: RunSession, server: NatsServer | null) {
    this.session = session;
    this.#server = server;
  }

  /**
   * Starts a NATS server, if none is named.
   *
   * @throws {UsageError} if that is not possible
   */
  static async open({ createRunner }: AppParts, { options, cluster }: MachinesCommand): Promise<MachinesSession> {
    const server = cluster.nats === undefined ? await startNatsServer() : null;
    const nats = natsFlags(cluster) ?? { url: server!.url };
    const session = new RunSession((runOptions, hooks) => {
      // Nobody knows the URL of a server of its own: it is shown even if less is logged.
      const level = server !== null && !isLogged("info", runOptions.logLevel) ? "warning" : "info";
      const open = () =>
        Coordinator.open({
          ...coordinatorOptions(cluster, runOptions, options.workers !== undefined),
          ...{ nats, isOwnServer: server !== null },
          log: (given, text) => hooks.log(given === "info" ? level : given, text),
        });
      return new MachinesRunner(
        open,
        runOptions,
        (createFleet) => createRunner(runOptions, onMachines(hooks, createFleet)),
      );
    });
    return new MachinesSession(session, server);
  }

  /** Ends the NATS server, if it is one of this program's own. */
  async close(): Promise<void> {
    await this.#server?.stop();
  }
}

/**
 * Waits for the agents and runs the load on them.
 *
 * @returns The exit code
 * @throws {UsageError} if there is no NATS server, or too few agents join
 */
export async function runOnMachines(
  process: ProcessState,
  parts: AppParts,
  command: MachinesCommand & RunPlan,
): Promise<number> {
  let session: RunSession | null = null;
  // Until the run has handlers of its own: a signal would leave the NATS server behind, which an exit ends.
  const dispose = process.onSignal(() => {
    if (session === null || session.controls === null) process.exit(EXIT_CODES.interrupted);
  });
  let machines: MachinesSession | null = null;
  try {
    machines = await MachinesSession.open(parts, command);
    session = machines.session;
    return (await load(process, parts, session, command.resolved, command.outputs)).exitCode;
  } catch (error) {
    if (error instanceof WaitEndedError) return EXIT_CODES.interrupted;
    throw error;
  } finally {
    await machines?.close();
    dispose();
  }
}

/** Users have their open files on other machines. */
function onMachines(
  hooks: ShownRunHooks,
  createFleet: RunnerHooks["createFleet"],
): ShownRunHooks & Pick<RunnerHooks, "createFleet"> {
  return { ...hooks, checkUsers: () => {}, ...(createFleet === undefined ? {} : { createFleet }) };
}

function coordinatorOptions(
  { machines, agentSecret, startWith, onLoss, include, waitMs = WAIT_MS }: ClusterFlags,
  { requestedWorkers }: RunOptions,
  hasWorkers: boolean,
) {
  return {
    ...{ machines: machines!, waitMs, stopsOnLoss: onLoss === "stop" },
    ...(startWith === undefined ? {} : { startWith }),
    ...(agentSecret === undefined ? {} : { secret: agentSecret }),
    ...(include === undefined ? {} : { include }),
    ...(hasWorkers ? { workersEach: requestedWorkers } : {}),
  };
}
