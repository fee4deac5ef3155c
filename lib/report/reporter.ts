/**
 * What a reporter is: it watches a run and shows it. Reporters know nothing of the engine, nor the engine of them.
 *
 * @module
 */

import type { RunState, RunView } from "../stats/run_model.ts";

export type { RunObserver as Reporter } from "../stats/run_model.ts";

/** The live table on a terminal, for others who use it. */
export interface LiveScreen {
  /** Returns the line under it; `null` for none. A change shows with the next drawing. */
  footer: ((view: RunView) => string) | null;
  /** Writes a text above it. */
  writeAbove(text: string): void;
  /** Draws it at once, with what has changed since the last view; does nothing while there is none to draw. */
  redraw(changes: Partial<RunState>): void;
  /** Leaves it where it is, with the cursor shown; what is drawn from now on is below. */
  leave(): void;
}

/** Where a reporter writes. */
export interface ReportOutput {
  /** Writes text as it is. */
  write(text: string): void;
  /** Whether the text reaches a terminal. */
  readonly isTerminal: boolean;
  /** Returns whether the terminal, if it is one, is this process's: a shell's is not drawn upon. */
  isForeground(): boolean;
  /** Whether colours are wanted. */
  readonly hasColor: boolean;
  /** Present size of the terminal, or what to assume without one. */
  size(): { readonly columns: number; readonly rows: number };
}
