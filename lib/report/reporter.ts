/**
 * Reporters watch a run and show it. They do not depend on the engine, nor the engine on them.
 *
 * @module
 */

import type { RunState, RunView } from "../stats/run_model.ts";

export type { RunObserver as Reporter } from "../stats/run_model.ts";

/** The live table on a terminal, for other users of the terminal. */
export interface LiveScreen {
  /** Returns the line under the table; `null` for none. A change takes effect with the next drawing. */
  footer: ((view: RunView) => string) | null;
  /** Writes text above the table. */
  writeAbove(text: string): void;
  /** Redraws the table at once with changes since the last view; does nothing before the first view. */
  redraw(changes: Partial<RunState>): void;
  /** Leaves the table in place and shows the cursor; the next table is drawn below. */
  leave(): void;
}

/** The output of a reporter. */
export interface ReportOutput {
  /** Writes text unchanged. */
  write(text: string): void;
  /** Whether the output is a terminal that understands escape codes. */
  readonly isTerminal: boolean;
  /** Returns whether this process is in the foreground of its terminal; a background process draws nothing. */
  isForeground(): boolean;
  /** Whether to use colours. */
  readonly hasColor: boolean;
  /** Returns the current size of the terminal, or a default without one. */
  size(): { readonly columns: number; readonly rows: number };
}
