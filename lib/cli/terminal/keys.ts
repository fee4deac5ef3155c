/**
 * Which keys do what on the live screen.
 *
 * @module
 */

/** What a key asks for. */
export type KeyAction =
  | { readonly kind: "users"; readonly count: number }
  | { readonly kind: "pause" | "stop" | "interrupt" | "help" };

const users = (count: number): KeyAction => ({ kind: "users", count });

/** What a terminal sends for a key → what is done; all other keys do nothing. */
const ACTIONS: ReadonlyMap<string, KeyAction> = new Map([
  ...entries(users(1), "+", "="),
  ...entries(users(-1), "-", "_"),
  ...entries(users(10), "\x1b[A", "\x1bOA"), // arrow up, in a terminal's two modes
  ...entries(users(-10), "\x1b[B", "\x1bOB"),
  ...entries({ kind: "pause" }, "p", "P", " "),
  ...entries({ kind: "stop" }, "q", "Q"),
  ...entries({ kind: "help" }, "?", "h", "H"),
  ...entries({ kind: "interrupt" }, "\x03"), // Ctrl-C, where it comes as a byte
]);

/** One key each: an escape sequence of any kind, a letter with Alt, or a character. */
// deno-lint-ignore no-control-regex -- keys are made of them
const KEY = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.?)|./gsu;

/** Returns what keys ask for, in their order. */
export function keyActions(bytes: Uint8Array): KeyAction[] {
  const keys = new TextDecoder().decode(bytes).match(KEY) ?? [];
  return keys.flatMap((key) => ACTIONS.get(key) ?? []);
}

/** Returns the line about keys under the live table. */
export function keysLine(state: {
  /** Whether all keys are to be named. */
  readonly isHelp: boolean;
  /** Whether the load is paused. */
  readonly isPaused: boolean;
  /** Whether somebody has asked for the end already. */
  readonly isEnding: boolean;
}): string {
  if (state.isEnding) return "q or Ctrl-C again ends at once";
  if (!state.isHelp) return "? for keys";
  return `+ - users by 1   ↑ ↓ by 10   p ${state.isPaused ? "go on" : "pause"}   q stop   ? hide`;
}

function entries(action: KeyAction, ...keys: string[]): [string, KeyAction][] {
  return keys.map((key) => [key, action]);
}
