/**
 * What coordinator and agents say to each other.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { SpanContext } from "../../spans/span_record.ts";
import type {
  ClassStart,
  LoadCounts,
  PlanMessage,
  RunPart,
  ScriptInfo,
  ShareMessage,
  StartMessage,
  StartState,
} from "../../engine/messages.ts";
import type { RunOptions } from "../../engine/options/options.ts";
import type { PackedData } from "../../engine/packed_data.ts";
import type { SpanBatch } from "../../spans/span_record.ts";
import type { StatsDelta } from "../../stats/recorder.ts";
import type { WorkerState } from "../../stats/run_model.ts";
import type { BundleHead } from "../files/bundle.ts";

/** Version of these messages; programs with different ones refuse each other. */
export const PROTOCOL = 4;

/** Where a coordinator calls agents that wait for a run. */
export const CALL_SUBJECT = "locust.call";
/** How often a coordinator calls, in milliseconds. */
export const CALL_EVERY_MS = 250;
/** How often a coordinator measures the way to an agent, which also shows that it is there, in milliseconds. */
export const PING_EVERY_MS = 1000;
/** How often an agent reports, in milliseconds. */
export const REPORT_EVERY_MS = 1000;
/** Silence after which an agent is lost, in milliseconds. */
export const LOST_AFTER_MS = 10_000;
/** Share of that silence after which an agent ends its load: before others go on with its users. */
export const ALONE_SHARE = 0.8;

/** Subjects of one run. */
export interface RunSubjects {
  /** Where agents join. */
  readonly join: string;
  /** Where agents that are in another run say so. */
  readonly busy: string;
  /** Where agents get the files of the run. */
  readonly files: string;
  /** Where an agent listens. */
  toAgent(agent: string): string;
  /** Where the coordinator listens to an agent. */
  fromAgent(agent: string): string;
  /** Where an agent tells its time. */
  ping(agent: string): string;
  /** Where an agent listens to what all machines share. */
  toShare(agent: string): string;
  /** Where the coordinator listens to an agent that asks for it. */
  fromShare(agent: string): string;
}

/** Returns the subjects of a run. */
export function subjectsOf(run: string): RunSubjects {
  const prefix = `locust.${run}`;
  return {
    join: `${prefix}.join`,
    busy: `${prefix}.busy`,
    files: `${prefix}.files`,
    toAgent: (agent) => `${prefix}.${agent}.orders`,
    fromAgent: (agent) => `${prefix}.${agent}.news`,
    ping: (agent) => `${prefix}.${agent}.ping`,
    toShare: (agent) => `${prefix}.${agent}.share.orders`,
    fromShare: (agent) => `${prefix}.${agent}.share.news`,
  };
}

/** A coordinator looks for agents. */
export interface Call {
  readonly run: string;
}

/** An agent wants to take part in a run. */
export interface Join {
  /** Random id, part of subjects. */
  readonly agent: string;
  readonly name: string;
  readonly version: string;
  readonly protocol: number;
  readonly cores: number;
}

/** An agent that is called is in another run; it joins once that has ended. Any answer will do. */
export type Busy = Pick<Join, "agent" | "name">;

/** The answer to a {@linkcode Join}; a `reason` is worth a line in the agent's log. */
export type JoinAnswer = { readonly isAccepted: true } | { readonly isAccepted: false; readonly reason: string | null };

/** From the coordinator to an agent. Those with an `id` are answered by `done` or `failed`. */
export type ToAgent =
  | {
    readonly type: "load";
    readonly id: number;
    readonly options: RunOptions;
    readonly workers: number;
    /** The locustfile and what it needs, which the agent then gets; `null` without a locustfile. */
    readonly bundle: BundleHead | null;
    /** Shows that the coordinator has the agents' secret; `null` if it has none. */
    readonly proof: string | null;
    /** Silence of the coordinator after which the agent ends its load, in milliseconds. */
    readonly aloneAfterMs: number;
  }
  | { readonly type: "resize"; readonly id: number; readonly workers: number }
  | { readonly type: "prepare"; readonly id: number; readonly data: PackedData; readonly classes: readonly number[] }
  /** Times are on the agent's clock. */
  | { readonly type: "start"; readonly start: Omit<StartMessage, "type"> & { readonly part: RunPart } }
  | { readonly type: "follow"; readonly plan: PlanMessage }
  | { readonly type: "share"; readonly share: Omit<ShareMessage, "type"> }
  | { readonly type: "pause"; readonly isPaused: boolean }
  | { readonly type: "stop" | "interrupt" | "abandon" | "end" };

/** The figures of an agent's workers. */
export interface AgentState extends LoadCounts {
  readonly starts: readonly StartState[];
  readonly classStarts: readonly ClassStart[];
  readonly workers: readonly WorkerState[];
}

/** What kind of error it was. */
export type FailureKind = "script" | "usage" | "worker";

/** From an agent to the coordinator. Times are on the agent's clock. */
export type FromAgent =
  | { readonly type: "done"; readonly id: number; readonly script?: ScriptInfo }
  | {
    readonly type: "failed";
    /** The order that failed; `null` during the load. */
    readonly id: number | null;
    readonly kind: FailureKind;
    readonly message: string;
    readonly hint?: string;
  }
  | {
    readonly type: "report";
    readonly deltas: readonly { readonly delta: StatsDelta; readonly isWarmUp: boolean }[];
    readonly state: AgentState;
    /** Spans that have ended since the last report; absent for none. */
    readonly spans?: SpanBatch;
  }
  /** All its workers have ended. */
  | { readonly type: "ended"; readonly atMs: number; readonly isLimitReached: boolean }
  | { readonly type: "shutdown"; readonly reason: string; readonly exitCode: number | null }
  | { readonly type: "death"; readonly message: string; readonly isThrown: boolean }
  /** It leaves the run; this is its last message. */
  | { readonly type: "left"; readonly reason: string }
  | { readonly type: "log"; readonly level: LogLevel; readonly text: string; readonly span: SpanContext | null }
  | { readonly type: "print"; readonly text: string; readonly isError: boolean };
