/**
 * Hooks that locustfiles listen on.
 *
 * @module
 */

import { userStack } from "../core/error_site.ts";
import type { Sample } from "../stats/sample.ts";
import { log } from "./log.ts";

/** Most failures of one hook's listeners that are logged. */
const MAX_LOGGED_FAILURES = 5;

/** Takes what a listener threw, with the name of its hook. */
export type ListenerErrorSink = (hook: string, error: unknown) => void;

let countError: ListenerErrorSink = () => {};

/** Sends what listeners throw to where it is counted; without it they are only logged. */
export function setListenerErrorSink(sink: ListenerErrorSink): void {
  countError = sink;
}

/** Receives what a hook is fired with; a promise it returns is awaited only where the hook says so. */
export type Listener<T> = (event: T) => unknown;

/** A hook: listeners are called in the order added. */
export class EventHook<T> {
  readonly #name: string;
  readonly #listeners = new Set<Listener<T>>();
  #failures = 0;

  /**
   * Makes a hook without listeners.
   *
   * @param name The hook's name, for messages
   */
  constructor(name: string) {
    this.#name = name;
  }

  /** Whether nobody listens. */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /**
   * Adds a listener; one that is there already is not added again.
   *
   * @returns The listener, so that a function can be defined and added at once
   */
  addListener<L extends Listener<T>>(listener: L): L {
    this.#listeners.add(listener);
    return listener;
  }

  /** Takes a listener away; does nothing when it is not there. */
  removeListener(listener: Listener<T>): void {
    this.#listeners.delete(listener);
  }

  /** Calls every listener. One that throws or rejects is counted, and logged at most five times a hook; the others are called. */
  async fire(event: T): Promise<void> {
    const pending: Promise<unknown>[] = [];
    for (const listener of this.#listeners) {
      try {
        const result = listener(event);
        if (result instanceof Promise) pending.push(result.catch((error) => this.#report(error)));
      } catch (error) {
        this.#report(error);
      }
    }
    if (pending.length > 0) await Promise.all(pending);
  }

  #report(error: unknown): void {
    countError(this.#name, error);
    if (++this.#failures > MAX_LOGGED_FAILURES) return;
    log.error(`A listener of events.${this.#name} threw: ${userStack(error)}`);
  }
}

/** Who was started: what `events.spawn` is fired with. */
export interface SpawnEvent {
  /** The user's id. */
  readonly id: number;
  /** Name of the user's class. */
  readonly userClass: string;
}

/** Why the load ends: what `events.stop` is fired with. */
export interface StopEvent {
  /** The reason, as in the summary. */
  readonly reason: string;
}

/** The hooks of a run. Each worker has its own listeners: a locustfile is imported once in every one. */
export const events: {
  /** Fired once, before `setup` and before any user starts; awaited. */
  readonly startup: EventHook<void>;
  /** Fired once for each request, when its verdict is final, on the worker that sent it. */
  readonly request: EventHook<Sample>;
  /** Fired when a user starts, on its worker. */
  readonly spawn: EventHook<SpawnEvent>;
  /** Fired once, when the load has ended and before `teardown`; awaited. */
  readonly stop: EventHook<StopEvent>;
} = {
  startup: new EventHook("startup"),
  request: new EventHook("request"),
  spawn: new EventHook("spawn"),
  stop: new EventHook("stop"),
};
