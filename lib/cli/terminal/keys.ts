/**
 * Key bindings of the live screen.
 *
 * @module
 */

/** The action of a key. */
export type KeyAction =
  | { readonly kind: "users"; readonly count: number }
  | { readonly kind: "pause" | "stop" | "interrupt" | "help" };

const users = (count: number): KeyAction => ({ kind: "users", count });

/** Actions by what the terminal sends for a key; all other keys do nothing. */
const ACTIONS: ReadonlyMap<string, KeyAction> = new Map([
  ...entries(users(1), "+", "="),
  ...entries(users(-1), "-", "_"),
  ...entries(users(10), "\x1b[A", "\x1bOA"), // arrow up, in a terminal's two modes
  ...entries(users(-10), "\x1b[B", "\x1bOB"),
  ...entries({ kind: "pause" }, "p", "P", " "),
  ...entries({ kind: "stop" }, "q", "Q"),
  ...entries({ kind: "help" }, "?", "h", "H"),
  ...entries({ kind: "interrupt" }, "\x03"), // Ctrl-C, if it arrives as a byte
]);

/** One key each: an escape sequence of any kind, a letter with Alt, or a character. */
// deno-lint-ignore no-control-regex -- keys are made of them
const KEY = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.|.?)|./gsu;

/** Returns the actions of keys, in order. */
export function keyActions(bytes: Uint8Array): KeyAction[] {
  const keys = new TextDecoder().decode(bytes).match(KEY) ?? [];
  return keys.flatMap((key) => ACTIONS.get(key) ?? []);
}

/** Returns the line under the live table that lists the keys. */
export function keysLine(state: {
  /** Whether to list all keys. */
  readonly isHelp: boolean;
  /** Whether the load is paused. */
  readonly isPaused: boolean;
  /** Whether a stop has already been requested. */
  readonly isEnding: boolean;
}): string {
  if (state.isEnding) return "q or Ctrl-C again ends at once";
  if (!state.isHelp) return "? for keys";
  return `+ - users by 1   ↑ ↓ by 10   p ${state.isPaused ? "go on" : "pause"}   q stop   ? hide`;
}

function entries(action: KeyAction, ...keys: string[]): [string, KeyAction][] {
  return keys.map((key) => [key, action]);
}
