/**
 * Agents that answer the calls of a coordinator, but do not take part in its run.
 *
 * @module
 */

import { VERSION } from "../../core/version.ts";
import { type Join, PROTOCOL } from "../wire/protocol.ts";
import { shownVersion } from "./joining.ts";

/** Why an agent does not take part. */
type Why = "busy" | "version";

/** Most agents that are remembered. */
const MAX_KNOWN = 10_000;
/** Most agents that a message names. */
const MAX_NAMED = 5;

/** Remembers them until they join, and logs a line for each of the first. */
export class LeftOut {
  readonly #log: (level: "info" | "warning", text: string) => void;
  /** Lines logged so far. */
  readonly #lines = { busy: 0, version: 0 };
  readonly #agents = new Map<string, { readonly name: string; readonly why: Why }>();

  /** @param log Receives the lines */
  constructor(log: (level: "info" | "warning", text: string) => void) {
    this.#log = log;
  }

  /** Notes that an agent is in another run. */
  noteBusy({ agent, name }: Pick<Join, "agent" | "name">): void {
    if (!this.#note(agent, name, "busy")) return;
    this.#log("info", `Agent ${name} is in another run: it can join when that has ended`);
  }

  /**
   * Notes that an agent has another version than this program.
   *
   * @returns Why it is refused, for its own log
   */
  noteVersion({ agent, name, version, protocol }: Join): string {
    const [theirs, ours] = [shownVersion(version, protocol), shownVersion(VERSION, PROTOCOL)];
    if (this.#note(agent, name, "version")) {
      this.#log("warning", `Agent ${name} is left out: it is ${theirs}, expected ${ours}`);
    }
    return `its coordinator is ${ours}, this agent is ${theirs}`;
  }

  /** Forgets an agent that takes part now. */
  forget(agent: string): void {
    this.#agents.delete(agent);
  }

  /** Their numbers and names, to end a sentence that counts the agents which have joined; empty without any. */
  get text(): string {
    const busy = this.#names("busy");
    const version = this.#names("version");
    return (busy.length === 0 ? "" : `, ${list(busy, "is in another run", "are in another run")}`) +
      (version.length === 0 ? "" : `, ${list(version, "has another version", "have another version")}`);
  }

  /** How the user can get them, or others, into the run; `undefined` without any. */
  get hint(): string | undefined {
    const [busy, version] = [this.#names("busy").length > 0, this.#names("version").length > 0];
    const hints = [
      ...(busy ? ["start more agents, or give a longer --wait, until the other run has ended"] : []),
      ...(version ? [`install ${shownVersion(VERSION, PROTOCOL)} on all machines`] : []),
    ];
    return hints.length === 0 ? undefined : hints.join("; ");
  }

  /** Returns whether it is news that is worth a line. */
  #note(agent: string, name: string, why: Why): boolean {
    if (this.#agents.get(agent)?.why === why || this.#agents.size >= MAX_KNOWN) return false;
    this.#agents.set(agent, { name, why });
    return ++this.#lines[why] <= MAX_NAMED;
  }

  #names(why: Why): string[] {
    return [...this.#agents.values()].filter((one) => one.why === why).map(({ name }) => name);
  }
}

function list(names: readonly string[], one: string, several: string): string {
  const shown = names.slice(0, MAX_NAMED).join(", ") + (names.length > MAX_NAMED ? ", ..." : "");
  return `${names.length} ${names.length === 1 ? one : several} (${shown})`;
}
