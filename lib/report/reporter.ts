/**
 * What a reporter is: it watches a run and shows it. Reporters know nothing of the engine, nor the engine of them.
 *
 * @module
 */

export type { RunObserver as Reporter } from "../stats/run_model.ts";

/** Where a reporter writes. */
export interface ReportOutput {
  /** Writes text as it is. */
  write(text: string): void;
  /** Whether the text reaches a terminal. */
  readonly isTerminal: boolean;
  /** Whether colours are wanted. */
  readonly hasColor: boolean;
  /** Present size of the terminal, or what to assume without one. */
  size(): { readonly columns: number; readonly rows: number };
}
