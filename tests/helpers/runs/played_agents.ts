// A run on several machines in one process: agents that are played, and a network in memory.

import { AgentHandle } from "../../../lib/cluster/coordinator/agent_handle.ts";
import { ClusterFleet, type ClusterParts } from "../../../lib/cluster/coordinator/cluster_fleet.ts";
import { ClusterShare } from "../../../lib/cluster/shared/cluster_share.ts";
import { Link, type Network } from "../../../lib/cluster/wire/link.ts";
import { type FromAgent, PROTOCOL, subjectsOf, type ToAgent } from "../../../lib/cluster/wire/protocol.ts";
import { reportEncoder } from "../../../lib/cluster/wire/reports/report_codec.ts";
import { nowMs } from "../../../lib/core/clock.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import { Runner } from "../../../lib/engine/run/runner.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";
import type { RunResult } from "../../../lib/stats/run_model.ts";

const RUN = "r";
/** Wait of an agent before it sends again what a coordinator that no longer listens has not acknowledged. */
const RETRY_MS = 20;
const subjects = subjectsOf(RUN);

/** Returns a network that loses nothing; a request that nobody answers fails at once. */
export function memoryNetwork(): Network {
  const served = new Map<string, (payload: Uint8Array) => Uint8Array | null>();
  return {
    request: async (subject, payload) => {
      await Promise.resolve();
      const answer = served.get(subject)?.(payload.slice());
      if (answer === undefined || answer === null) throw new Error("nobody answers");
      return answer;
    },
    serve: (subject, answer) => {
      served.set(subject, answer);
      return () => void served.delete(subject);
    },
  };
}

/** An agent that does at once what it is ordered, and whose load is one request in no time. */
export class PlayedAgent {
  readonly id: string;
  readonly orders: ToAgent[] = [];
  /** Takes bytes as they are, too. */
  readonly link: Link<FromAgent | Uint8Array, ToAgent>;

  /** @param onOrder Called with each order before it is done; returns whether that is not for this to do */
  constructor(network: Network, id: string, onOrder: (order: ToAgent, agent: PlayedAgent) => boolean | void) {
    this.id = id;
    const encode = reportEncoder();
    network.serve(subjects.ping(id), () => new Uint8Array(new Float64Array([nowMs()]).buffer));
    this.link = new Link(network, subjects.fromAgent(id), subjects.toAgent(id), (order: ToAgent) => {
      this.orders.push(order);
      if (onOrder(order, this) !== true) this.#do(order);
    }, { encode: (message) => message instanceof Uint8Array ? message : encode(message), retryMs: RETRY_MS });
  }

  /** Says a last word. */
  leave(): void {
    this.link.send({ type: "left", reason: "it was stopped" });
  }

  /** Reports, and ends its part. */
  end(): void {
    this.link.send(reportOfOne());
    this.link.send({ type: "ended", atMs: nowMs(), isLimitReached: false });
  }

  #do(order: ToAgent): void {
    if ("id" in order) this.link.send({ type: "done", id: order.id });
    if (order.type === "start") setTimeout(() => this.end(), Math.max(0, order.start.startMs - nowMs()));
  }
}

/** Returns a report of one request. */
export function reportOfOne(): Extract<FromAgent, { type: "report" }> {
  const recorder = new Recorder();
  recorder.series("GET", "/").record(1, false, 10);
  return {
    type: "report",
    deltas: [{ delta: recorder.takeDelta(nowMs()), isWarmUp: false }],
    state: {
      ...{ users: 1, mostUsers: 1, iterations: 1, interruptedIterations: 0, endedIterations: 1, hasSucceeded: true },
      ...{ starts: [{ stuck: 0, lost: 0, reason: null }], classStarts: [{ userClass: "User", state: "passed" }] },
      workers: [{ worker: "Worker 1", users: 1, busyShare: 0.5, lagMs: 1 }],
    },
  };
}

/** What became of a run. */
export interface PlayedRun {
  /** `null` if the run threw. */
  readonly result: RunResult | null;
  readonly error: unknown;
  readonly agents: readonly PlayedAgent[];
  readonly log: readonly string[];
}

/**
 * Runs with agents of one core each that are called a, b, c ….
 *
 * @param onOrder Called with each order to an agent before it is done; returns whether that is not for the agent to do
 */
export async function playRun(
  names: Iterable<string>,
  onOrder: (order: ToAgent, agent: PlayedAgent) => boolean | void,
  options: RunnerOptions = { url: "http://127.0.0.1:1/", users: 6, iterations: 60 },
  parts: Partial<ClusterParts> = {},
): Promise<PlayedRun> {
  const network = memoryNetwork();
  const agents = [...names].map((name) => new PlayedAgent(network, name, onOrder));
  const handles = new Map([...names].map((name) => {
    const join = { agent: name, name, version: "", protocol: PROTOCOL, cores: 1 };
    return [name, new AgentHandle(network, subjects, join, name)] as const;
  }));
  await Promise.all([...handles.values()].map((handle) => handle.measure()));
  const log: string[] = [];
  const write = (level: string, text: string) => void log.push(`${level}: ${text}`);
  const runner = new Runner({ logLevel: "info", ...options }, {
    log: write,
    print: () => {},
    createFleet: (inForce, events) =>
      new ClusterFleet({
        ...{ options: inForce, events, bundle: null, agents: [...handles.values()] },
        ...{ workersEach: null, leastAgents: 1, stopsOnLoss: false, prove: () => null, aloneAfterMs: 8000 },
        share: new ClusterShare(network, subjects, handles, write),
        ...parts,
      }),
  });
  let [result, error]: [RunResult | null, unknown] = [null, null];
  try {
    result = await runner.run();
  } catch (thrown) {
    error = thrown;
  }
  await Promise.all([...handles.values()].filter(({ isLost }) => !isLost).map((handle) => handle.close(1000)));
  for (const { link } of agents) link.close();
  await new Promise((resolve) => setTimeout(resolve, RETRY_MS + 5)); // their last attempts
  return { result, error, agents, log };
}
