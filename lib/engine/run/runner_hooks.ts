/**
 * Who watches a run.
 *
 * @module
 */

import type { LogLevel } from "../../core/log_level.ts";
import type { FleetFactory } from "./fleet/fleet.ts";
import type { SampleSink } from "../../stats/samples/sample_chunk.ts";
import type { SpanContext } from "../../spans/span_record.ts";
import type { RunObserver } from "../../stats/run_model.ts";

/** Receives a line of the log, and the span that the script wrote it in; `null` outside of sampled iterations. */
export type RunLogSink = (level: LogLevel, text: string, span?: SpanContext | null) => void;

/** The observers of a run, and the sink of its log. */
export interface RunnerHooks {
  /** Receive the run's start, state and result. @default none */
  readonly observers?: readonly RunObserver[];
  /** Receives log lines of the chosen level and above. @default none are written */
  readonly log?: RunLogSink;
  /** Receives what the locustfile's `console` prints, line breaks included. @default stdout, or stderr for errors */
  readonly print?: (text: string, isError: boolean) => void;
  /** Receives the most users that may run at once, before any hook is called; its error ends the run. */
  readonly checkUsers?: (users: number) => void;
  /**
   * Writes single requests. @default none are recorded
   *
   * @ignore
   */
  readonly samples?: SampleSink | undefined;
  /**
   * Creates the workers. @default on this machine
   *
   * @ignore
   */
  readonly createFleet?: FleetFactory;
}

/** Hooks of a run that is shown: all but where its workers are. */
export type ShownRunHooks = Required<Omit<RunnerHooks, "createFleet" | "samples">> & Pick<RunnerHooks, "samples">;

/** Writes to the process's own streams. */
export function printThrough(text: string, isError: boolean): void {
  const bytes = new TextEncoder().encode(text);
  const stream = isError ? Deno.stderr : Deno.stdout;
  for (let at = 0; at < bytes.length;) at += stream.writeSync(bytes.subarray(at));
}
