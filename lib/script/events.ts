/**
 * Hooks for locustfiles.
 *
 * @module
 */

import { userStack } from "../core/error_site.ts";
import type { Sample } from "../stats/sample.ts";
import type { Figures } from "./control.ts";
import { log } from "./log.ts";

/** Most listener failures logged per hook. */
const MAX_LOGGED_FAILURES = 5;

/** Receives an error that a listener threw, with the name of its hook. */
export type ListenerErrorSink = (hook: string, error: unknown) => void;

let countError: ListenerErrorSink = () => {};

/** Sets where errors of listeners are counted; by default they are only logged. */
export function setListenerErrorSink(sink: ListenerErrorSink): void {
  countError = sink;
}

/** Receives the event of a hook; a promise it returns is awaited only if the hook's description says so. */
export type Listener<T> = (event: T) => unknown;

/** A hook; listeners are called in the order they were added. */
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

  /** Whether it has no listeners. */
  get isEmpty(): boolean {
    return this.#listeners.size === 0;
  }

  /**
   * Adds a listener, unless it was added before.
   *
   * @returns The listener, so that a function can be defined and added in one expression
   */
  addListener<L extends Listener<T>>(listener: L): L {
    this.#listeners.add(listener);
    return listener;
  }

  /** Removes a listener, if it was added. */
  removeListener(listener: Listener<T>): void {
    this.#listeners.delete(listener);
  }

  /** Calls every listener. Errors are counted, and at most five per hook are logged; they do not affect other listeners. */
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

  /** Calls every listener, as `fire` does, and returns their results; `undefined` for a listener that throws. */
  async collect(event: T): Promise<unknown[]> {
    return await Promise.all([...this.#listeners].map(async (listener) => {
      try {
        return await listener(event);
      } catch (error) {
        this.#report(error);
        return undefined;
      }
    }));
  }

  #report(error: unknown): void {
    countError(this.#name, error);
    if (++this.#failures > MAX_LOGGED_FAILURES) return;
    log.error(`A listener of events.${this.#name} threw: ${userStack(error)}`);
  }
}

/** Event of `events.spawn`: the user that was started. */
export interface SpawnEvent {
  /** The user's id. */
  readonly id: number;
  /** Name of the user's class. */
  readonly userClass: string;
}

/** Event of `events.stop`: why the load ended. */
export interface StopEvent {
  /** The reason, as in the summary. */
  readonly reason: string;
  /** The figures of the whole run, merged over all workers. */
  readonly figures: Figures;
}

/** Event of `events.ended`: why the load ended, and with which figures. */
export type EndedEvent = StopEvent;

/** The hooks of a run. Each worker has its own listeners, as each imports the locustfile. */
export const events: {
  /** Fired once, before `setup` and before any user starts; awaited. */
  readonly startup: EventHook<void>;
  /** Fired for each request, once its verdict is final, on the worker that sent it. */
  readonly request: EventHook<Sample>;
  /** Fired when a user starts, on its worker. */
  readonly spawn: EventHook<SpawnEvent>;
  /**
   * Fired once, when the load has ended and before `teardown`; awaited. A listener may return a number of 0 to 255, or a
   * promise of it: the exit code of the command, as of {@linkcode ShutdownOptions.exitCode}. The last one applies.
   */
  readonly stop: EventHook<StopEvent>;
  /** Fired once, after `teardown`, even if that threw; awaited. */
  readonly ended: EventHook<EndedEvent>;
} = {
  startup: new EventHook("startup"),
  request: new EventHook("request"),
  spawn: new EventHook("spawn"),
  stop: new EventHook("stop"),
  ended: new EventHook("ended"),
};
