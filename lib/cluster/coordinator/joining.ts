/**
 * What coordinators and agents have to tell each other before a run.
 *
 * @module
 */

import { decode } from "../wire/reports/codec.ts";
import { type NatsOptions, shown } from "../wire/connection.ts";
import type { Join } from "../wire/protocol.ts";

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
    isCount(cores) &&
    /^\w{1,64}$/.test(agent!);
  if (!isJoin) throw new SyntaxError("Cannot read a message: expected a request to join");
  return join as Join;
}

/** Returns a number of agents as text. */
export function counted(machines: number): string {
  return machines === 1 ? "1 agent" : `${machines} agents`;
}

/** Returns a version as text. */
export function shownVersion(version: string, protocol: number): string {
  return `locust ${version} with protocol ${protocol}`;
}
