/**
 * Flags of runs on several machines.
 *
 * @module
 */

import type { Flag } from "./flag.ts";

/** How to reach the NATS server. */
export interface NatsFlags {
  readonly url: string;
  /** Path of a NATS credentials file. */
  readonly creds?: string;
  /** Path of the file with the seed of an nkey. */
  readonly nkey?: string;
  /** Path of the server's CA. */
  readonly ca?: string;
  /** Path of this program's certificate. */
  readonly cert?: string;
  /** Path of the certificate's key. */
  readonly key?: string;
}

/** How a run uses other machines. */
export interface ClusterFlags {
  /** Agents to wait for; absent for a run on this machine. */
  readonly machines?: number;
  /** URL of the NATS server; absent for one that the coordinator starts. */
  readonly nats?: string;
  /** Path of a NATS credentials file. */
  readonly natsCreds?: string;
  /** Path of the file with the seed of an nkey. */
  readonly natsNkey?: string;
  /** Path of the server's CA. */
  readonly natsCa?: string;
  /** Path of this machine's certificate. */
  readonly natsCert?: string;
  /** Path of the certificate's key. */
  readonly natsKey?: string;
  /** What agents with a secret ask for. */
  readonly agentSecret?: string;
  /** Patterns of files that agents need. */
  readonly include?: readonly string[];
  /** How long to wait for agents, in milliseconds. */
  readonly waitMs?: number;
  /** Agents that are enough once the wait is over. */
  readonly startWith?: number;
  /** What happens when an agent is lost. */
  readonly onLoss?: OnLoss;
}

/** `continue`: the other agents go on with its users; `stop`: the run stops. */
export type OnLoss = "continue" | "stop";

/** Values of `--on-loss`, the default first. */
export const ON_LOSS: readonly OnLoss[] = ["continue", "stop"];

/** Flags that lead to a NATS server, of the coordinator and of agents. */
export const NATS_FLAGS = [
  {
    key: "nats",
    long: "nats",
    value: "url",
    group: "Many machines",
    help: "NATS server: nats://token@host:4222, or tls://",
  },
  {
    key: "natsCreds",
    long: "nats-creds",
    value: "file",
    group: "Many machines",
    help: "NATS credentials file",
  },
  {
    key: "natsNkey",
    long: "nats-nkey",
    value: "file",
    group: "Many machines",
    help: "file with the seed of an nkey of the NATS server",
  },
  {
    key: "natsCa",
    long: "nats-ca",
    value: "file",
    group: "Many machines",
    help: "PEM file of the CA of the NATS server",
  },
  {
    key: "natsCert",
    long: "nats-cert",
    value: "file",
    group: "Many machines",
    help: "PEM file of this machine's certificate for the NATS server",
  },
  {
    key: "natsKey",
    long: "nats-key",
    value: "file",
    group: "Many machines",
    help: "PEM file of the key of --nats-cert",
  },
  {
    key: "agentSecret",
    long: "agent-secret",
    value: "secret",
    group: "Many machines",
    help: "agents with a secret take only runs with the same one",
  },
] as const satisfies readonly Flag[];

/** Flags of the coordinator. */
export const CLUSTER_FLAGS = [
  {
    key: "machines",
    long: "machines",
    value: "number",
    group: "Many machines",
    help: "run the users on this many agents, see locust help agent",
  },
  ...NATS_FLAGS,
  {
    key: "include",
    long: "include",
    kind: "repeatable",
    value: "pattern",
    group: "Many machines",
    help: "more files that the locustfile reads, as in data/*.csv",
  },
  {
    key: "waitMs",
    long: "wait",
    value: "time",
    group: "Many machines",
    help: "how long to wait for the agents (default: 5m)",
  },
  {
    key: "startWith",
    long: "start-with",
    value: "number",
    group: "Many machines",
    help: "agents that are enough when the wait is over (default: all)",
  },
  {
    key: "onLoss",
    long: "on-loss",
    value: "action",
    group: "Many machines",
    help: "when an agent is lost: continue or stop (default: continue)",
  },
] as const satisfies readonly Flag[];
