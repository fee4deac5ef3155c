/**
 * What coordinators and agents have to tell each other before a run.
 *
 * @module
 */

import { decode } from "../wire/reports/codec.ts";
import { type NatsOptions, shown } from "../wire/connection.ts";
import { AGENT_NAME_WANTED, isAgentName } from "../../core/agent_name.ts";
import type { Busy, Join } from "../wire/protocol.ts";

/** Ids of agents: part of subjects. */
const AGENT_ID = /^\w{1,64}$/;
/** Versions: semantic ones, none longer than a line. */
const VERSION_FORM = /^[\w.+-]{1,64}$/;

/**
 * Returns what agents have to be started with.
 *
 * @param isOwn Whether the server is this program's own, whose token nobody else knows
 */
export function agentFlags(nats: NatsOptions, isOwn: boolean, hasSecret: boolean): string {
  const files = (["creds", "nkey", "ca", "cert", "key"] as const).filter((name) => nats[name] !== undefined)
    .map((name) => `--nats-${name} FILE`);
  const secret = hasSecret ? ["--agent-secret SECRET"] : [];
  return ["--nats", isOwn ? nats.url : shown(nats.url), ...files, ...secret].join(" ");
}

/**
 * Reads the wish of an agent to join.
 *
 * @throws {SyntaxError} if it is none
 */
export function joinIn(bytes: Uint8Array): Join {
  const join = decode(bytes) as Partial<Join> | null;
  const { agent, name, version, protocol, cores } = join ?? {};
  const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0;
  const isJoin = [agent, name, version].every((one) => typeof one === "string") && isCount(protocol) &&
    isCount(cores) && AGENT_ID.test(agent!) && VERSION_FORM.test(version!);
  if (!isJoin) throw new SyntaxError("Cannot read a message: expected a request to join");
  return join as Join;
}

/**
 * Reads the word of an agent that it is in another run.
 *
 * @throws {SyntaxError} if it is none
 */
export function agentIn(bytes: Uint8Array): Busy {
  const { agent, name } = (decode(bytes) ?? {}) as Partial<Busy>;
  if (typeof agent === "string" && AGENT_ID.test(agent) && isAgentName(name)) return { agent, name };
  throw new SyntaxError(`Cannot read a message: expected an agent and its name, ${AGENT_NAME_WANTED}`);
}

/** Returns a number of agents as text. */
export function counted(machines: number): string {
  return machines === 1 ? "1 agent" : `${machines} agents`;
}

/** Returns a version as text. */
export function shownVersion(version: string, protocol: number): string {
  return `locust ${version} with protocol ${protocol}`;
}
