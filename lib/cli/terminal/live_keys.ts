/**
 * Keys that control a run, and their line on the live screen.
 *
 * @module
 */

import type { LiveScreen } from "../../report/reporter.ts";
import type { RunObserver, RunState } from "../../stats/run_model.ts";
import type { KeyInput } from "./key_input.ts";
import { type KeyAction, keyActions, keysLine } from "./keys.ts";

/** What keys control. */
export interface KeyTarget {
  /** The current state. */
  readonly state: RunState;
  /** Adds users, or removes some. */
  addUsers(users: number): void;
  /** Pauses or resumes the load. */
  setPaused(isPaused: boolean): void;
}

/** The keys of one run: active from the start of the load, so that `setup` can prompt for input, until closed. */
export class LiveKeys implements RunObserver {
  readonly #input: KeyInput;
  readonly #screen: LiveScreen;
  readonly #target: () => KeyTarget;
  readonly #end: (wish: "SIGINT" | "q") => void;
  #close: (() => void) | null = null;
  #isHelp = false;
  #isEnding = false;

  /**
   * @param input Source of keys
   * @param screen Shows the effect of keys
   * @param target Returns the run
   * @param end Called for each request to end it
   */
  constructor(input: KeyInput, screen: LiveScreen, target: () => KeyTarget, end: (wish: "SIGINT" | "q") => void) {
    this.#input = input;
    this.#screen = screen;
    this.#target = target;
    this.#end = end;
  }

  onStart(): void {
    this.#close = this.#input.listen({
      onEnter: () => this.#show(),
      onLeave: () => {
        this.#screen.footer = null;
        this.#screen.leave();
      },
      onBytes: (bytes) => keyActions(bytes).forEach((action) => this.#act(action)),
    });
  }

  /** Shows from now on how to end the run immediately. */
  showEnding(): void {
    this.#isEnding = true;
  }

  /** Restores the terminal. */
  close(): void {
    this.#close?.();
  }

  #act(action: KeyAction): void {
    switch (action.kind) {
      case "users":
        this.#target().addUsers(action.count);
        break;
      case "pause":
        this.#target().setPaused(!this.#target().state.isPaused);
        break;
      case "help":
        this.#isHelp = !this.#isHelp;
        break;
      case "stop":
        this.#end("q");
        break;
      case "interrupt":
        this.#end("SIGINT");
        break;
    }
    this.#screen.redraw(this.#target().state);
  }

  #show(): void {
    this.#screen.footer = ({ isPaused }) => keysLine({ isHelp: this.#isHelp, isPaused, isEnding: this.#isEnding });
    this.#screen.redraw(this.#target().state);
  }
}
