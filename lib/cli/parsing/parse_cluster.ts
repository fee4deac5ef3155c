/**
 * Parses what concerns runs on several machines.
 *
 * @module
 */

import { UsageError } from "../../core/errors.ts";
import { AGENT_NAME_WANTED, isAgentName } from "../../core/agent_name.ts";
import { parseDurationMs } from "../../core/units.ts";
import { type Environment, type GivenArguments, readArguments } from "../flags/arguments.ts";
import type { Flag } from "../flags/flag.ts";
import {
  CLUSTER_FLAGS,
  type ClusterFlags,
  NATS_FLAGS,
  type NatsFlags,
  ON_LOSS,
  type OnLoss,
} from "../flags/cluster_flags.ts";

/** Take part in the runs of others. */
export interface AgentCommand {
  readonly kind: "agent";
  readonly nats: NatsFlags;
  readonly name: string | undefined;
  /** Whether it ends after one run. */
  readonly isOnce: boolean;
  /** What its coordinator must have, too; `undefined` for nothing. */
  readonly secret: string | undefined;
}

/** Files for the NATS server: as {@linkcode NatsFlags} and as flags name them. */
const NATS_FILES = { creds: "natsCreds", nkey: "natsNkey", ca: "natsCa", cert: "natsCert", key: "natsKey" } as const;

/** Flags of `locust agent`. */
const AGENT_FLAGS: readonly Flag[] = [
  ...NATS_FLAGS,
  { key: "once", long: "once", kind: "boolean", group: "Agent", help: "end after one run" },
  { key: "name", long: "name", value: "name", group: "Agent", help: "name in messages and tables" },
];

/**
 * Parses the arguments of `locust agent`.
 *
 * @throws {UsageError} if one is invalid
 */
export function parseAgent(args: readonly string[], env: Environment): AgentCommand {
  const { values, positionals, problems } = readArguments(args, env, AGENT_FLAGS);
  const [url, name] = [values.get("nats"), textOf(values, "name")];
  const all = [
    ...problems,
    ...positionals.map((extra) => `Cannot use "${extra}": unexpected argument, the locustfile comes with the run`),
    ...natsProblems(values),
    ...(name === undefined || isAgentName(name)
      ? []
      : [`Cannot use --name ${JSON.stringify(name)}: expected ${AGENT_NAME_WANTED}`]),
    ...(url === undefined ? ["Cannot start an agent: no NATS server, expected --nats nats://host:4222"] : []),
  ];
  if (all.length > 0) throw new UsageError(all);
  return {
    kind: "agent",
    nats: natsFlags(textsOf(values, ["nats", ...Object.values(NATS_FILES)]))!,
    name,
    isOnce: values.get("once") === true,
    secret: textOf(values, "agentSecret"),
  };
}

/** Returns how a run uses other machines. */
export function clusterFlags({ values }: GivenArguments): ClusterFlags {
  const [machines, startWith, wait] = [values.get("machines"), values.get("startWith"), values.get("waitMs")];
  if (machines === undefined) return {};
  const secret = textOf(values, "agentSecret");
  return {
    machines: Number(machines),
    ...textsOf(values, ["nats", ...Object.values(NATS_FILES)]),
    ...(secret === undefined ? {} : { agentSecret: secret }),
    ...(values.has("include") ? { include: values.get("include") as readonly string[] } : {}),
    ...(startWith === undefined ? {} : { startWith: Number(startWith) }),
    ...(wait === undefined ? {} : { waitMs: parseDurationMs(String(wait)) }),
    ...(values.has("onLoss") ? { onLoss: String(values.get("onLoss")) as OnLoss } : {}),
  };
}

/** Returns what is wrong with the flags of a run on several machines, one line each. */
export function clusterProblems({ values, labels }: GivenArguments): string[] {
  const problems: string[] = natsProblems(values);
  const cannot = (key: string, problem: string) => {
    const label = labels.get(key) ?? `--${CLUSTER_FLAGS.find((flag) => flag.key === key)!.long}`;
    const value = key === "agentSecret" || key === "nats" ? "" : ` "${values.get(key)}"`; // secrets are not shown
    problems.push(`Cannot use ${label}${value}: ${problem}`);
  };
  const machines = values.get("machines");
  const isCount = (value: unknown) => /^[1-9]\d{0,3}$/.test(String(value));
  if (machines !== undefined && !isCount(machines)) cannot("machines", "expected a whole number from 1 to 9999");
  const startWith = values.get("startWith");
  if (startWith !== undefined && !(isCount(startWith) && Number(startWith) <= Number(machines ?? Infinity))) {
    cannot("startWith", "expected a whole number of agents, from 1 to --machines");
  }
  if (values.has("onLoss") && !ON_LOSS.some((one) => one === values.get("onLoss"))) {
    cannot("onLoss", `expected ${ON_LOSS.join(" or ")}`);
  }
  try {
    if (values.has("waitMs")) parseDurationMs(String(values.get("waitMs")));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    cannot("waitMs", error.message);
  }
  if (machines === undefined) {
    const alone = ["startWith", "waitMs", "onLoss", "include", ...Object.values(NATS_FILES), "agentSecret"].filter((
      key,
    ) => values.has(key));
    if (values.has("nats") && labels.get("nats") !== "LOCUST_NATS") alone.push("nats"); // the variable may be the agents'
    for (const key of alone) cannot(key, "it is for a run on several machines, expected --machines beside it");
  }
  return problems;
}

function textOf(values: GivenArguments["values"], key: string): string | undefined {
  const value = values.get(key);
  return value === undefined ? undefined : String(value);
}

/** Returns how to reach the NATS server that flags name, if they do. */
export function natsFlags(flags: ClusterFlags): NatsFlags | undefined {
  if (flags.nats === undefined) return undefined;
  const files = Object.entries(NATS_FILES).flatMap(([name, key]) =>
    flags[key] === undefined ? [] : [[name, flags[key]]]
  );
  return { url: flags.nats, ...Object.fromEntries(files) };
}

function textsOf<K extends string>(
  values: GivenArguments["values"],
  keys: readonly K[],
): { readonly [key in K]?: string } {
  return Object.fromEntries(keys.filter((key) => values.has(key)).map((key) => [key, String(values.get(key))])) as {
    [key in K]?: string;
  };
}

/** Returns what is wrong with the files for the NATS server, one line each. */
function natsProblems(values: GivenArguments["values"]): string[] {
  const [cert, key] = [values.has("natsCert"), values.has("natsKey")];
  return [
    ...(cert && !key ? ["Cannot use --nats-cert: a certificate needs its key, expected --nats-key beside it"] : []),
    ...(key && !cert ? ["Cannot use --nats-key: a key needs its certificate, expected --nats-cert beside it"] : []),
    ...(values.has("natsCreds") && values.has("natsNkey")
      ? ["Cannot use --nats-nkey: --nats-creds logs in already, expected one of them"]
      : []),
  ];
}
