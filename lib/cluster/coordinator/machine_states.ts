/**
 * The machines of a run as they are shown.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { formatDuration } from "../../core/units.ts";
import type { MachineState } from "../../stats/run_model.ts";
import type { AgentHandle } from "./agent_handle.ts";

/** Silence from which a machine is shown as silent, in milliseconds: some reports and pings are missing. */
const SILENT_AFTER_MS = 3000;
/** Drift of a clock from which it is shown as a warning, in milliseconds: plans begin earlier or later by it. */
const NOTABLE_DRIFT_MS = 20;

/**
 * Returns the state of a machine.
 *
 * @param workers Its number of workers
 */
export function machineState(agent: AgentHandle, workers: number): MachineState {
  const { name, state, requests, roundTripMs, offsetMs, driftMs, isLost } = agent;
  return {
    ...{ name, status: statusOf(agent), workers, requests },
    users: isLost ? 0 : state?.users ?? 0,
    iterations: state?.endedIterations ?? 0,
    roundTripMs: Number.isFinite(roundTripMs) ? roundTripMs : null,
    ...{ clockOffsetMs: offsetMs, clockDriftMs: driftMs },
  };
}

/** Returns a time as text, in whole seconds and at least one. */
export function inSeconds(ms: number): string {
  return formatDuration(Math.max(1, Math.floor(ms / 1000)) * 1000);
}

/** Returns what the user should know of a machine now; `null` for nothing. */
export function machineWarning(agent: AgentHandle): string | null {
  const { name, driftMs } = agent;
  switch (statusOf(agent)) {
    case "silent":
      return `Agent ${name} has been silent for ${inSeconds(nowMs() - agent.heardMs)}`;
    case "lost":
    case "left":
      return `Agent ${name} is ${agent.loss === "left" ? "gone" : "lost"}: the results are not whole`;
    default:
      if (Math.abs(driftMs) < NOTABLE_DRIFT_MS) return null;
      return `The clock of agent ${name} has drifted by ${Math.round(driftMs)} ms since the start`;
  }
}

/**
 * Returns what a lost agent had delivered, and what is missing.
 *
 * @param startMs When the load began, on `nowMs`' clock
 */
export function lossText({ loss, state, requests, reachedMs }: AgentHandle, startMs: number): string {
  const delivered = reachedMs < startMs
    ? "it had reported nothing"
    : `it had reported ${counted(requests, "request")} and ${counted(state?.endedIterations ?? 0, "iteration")}, ` +
      `up to ${formatDuration(Math.round((reachedMs - startMs) / 100) * 100)} of the load`;
  const users = state?.users ?? 0;
  if (loss === "left" && users === 0) return `${delivered}: all that it measured`;
  const inFlight = users === 0 ? "" : `, and what its ${counted(users, "user")} had in flight,`;
  return `${delivered}; what it measured after that${inFlight} is missing: the results are not whole`;
}

/** Returns who goes on with the users of a lost agent. */
export function heirsText(others: readonly AgentHandle[]): string {
  const isOne = others.length === 1;
  if (others.every(isSilent)) return `The other ${isOne ? "machine is" : "machines are"} silent, too`;
  return `Its users go to the other ${isOne ? "machine" : `${others.length} machines`}`;
}

/** Returns why a run stops that ends with the loss of an agent. */
export function lossReason({ loss }: AgentHandle): string {
  return loss === "left" ? "an agent has left" : "an agent was lost";
}

/** Returns whether several reports and pings of an agent are missing. */
export function isSilent({ heardMs }: AgentHandle): boolean {
  return nowMs() - heardMs > SILENT_AFTER_MS;
}

function statusOf(agent: AgentHandle): MachineState["status"] {
  if (agent.ended !== null) return "ended";
  if (agent.loss !== null) return agent.loss;
  return isSilent(agent) ? "silent" : "running";
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
