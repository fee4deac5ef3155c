/**
 * Makes the users of one worker and what they hold.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { describeError, errorMessage, userStack } from "../core/error_site.ts";
import { ClientContext } from "../http/client_context.ts";
import { FetchTransport } from "../http/fetch_transport.ts";
import type { JudgedRequest } from "../http/judge.ts";
import type { PendingRequest } from "../http/pending_request.ts";
import { LocustClientSession } from "../http/session.ts";
import { TransportError } from "../http/transport.ts";
import { events } from "../script/events.ts";
import { log } from "../script/log.ts";
import type { UserClass, UserEnvironment } from "../script/user.ts";
import type { CustomSample } from "../stats/sample.ts";
import type { RunOptions } from "./options.ts";
import { type LifeShared, UserLife } from "./user_life.ts";

/** What users of one worker have in common. */
export interface FactoryOptions {
  readonly shared: LifeShared;
  readonly options: RunOptions;
  /** Start of the load, on `nowMs`' clock. */
  readonly startMs: number;
  readonly data: unknown;
  /** Ends the whole test. */
  readonly shutdown: (reason: string) => void;
}

/** Makes users and their lives; keeps one client context for each class. */
export class UserFactory {
  readonly #options: FactoryOptions;
  readonly #contexts = new Map<UserClass, ClientContext>();
  readonly #config: Readonly<Record<string, unknown>>;
  #isShuttingDown = false;

  /** Makes a factory for one worker. */
  constructor(options: FactoryOptions) {
    this.#options = options;
    this.#config = Object.freeze({ ...options.options });
  }

  /** Makes a user and its life; the caller starts it. */
  startUser(userClass: UserClass, id: number): UserLife {
    const environment: UserEnvironment = {
      id,
      data: this.#options.data,
      config: this.#config,
      createClient: () => new LocustClientSession(this.#context(userClass)),
      isRunning: () => life.isRunning,
      record: (sample) => this.#record(userClass, sample),
      shutdown: (reason) => this.#shutdown(reason),
    };
    const life = new UserLife(() => new userClass(environment), userClass.waitTime, this.#options.shared);
    if (!events.spawn.isEmpty) void events.spawn.fire({ id, userClass: userClass.name });
    return life;
  }

  /** Ends every request under way; each is counted as interrupted. */
  interruptRequests(): void {
    for (const context of this.#contexts.values()) {
      for (const item of context.deadlines.items()) {
        (item as PendingRequest).abort(new TransportError("interrupted", "interrupted by the end of the run"));
      }
    }
  }

  /** Counts an error that no user's iteration has caught. */
  countStrayError(error: unknown): void {
    const { recorder, loggedErrors } = this.#options.shared;
    const text = describeError(error);
    recorder.countError(text);
    if (loggedErrors.has(text)) return;
    loggedErrors.add(text);
    log.error(`A promise was rejected and nobody awaited it: ${userStack(error)}`);
  }

  #context(userClass: UserClass): ClientContext {
    let context = this.#contexts.get(userClass);
    if (context === undefined) {
      context = new ClientContext({
        recorder: this.#options.shared.recorder,
        baseUrl: userClass.host ?? this.#options.options.host,
        settings: userClass.client ?? {},
        createTransport: (options) => new FetchTransport(options),
        onJudged: (request) => this.#onJudged(userClass, request),
      });
      this.#contexts.set(userClass, context);
    }
    return context;
  }

  #onJudged(userClass: UserClass, request: JudgedRequest): void {
    if (events.request.isEmpty) return;
    const { method, name } = request.series;
    void events.request.fire({
      method,
      name,
      start: (request.startMs - this.#options.startMs) / 1000,
      ttfb: request.ttfbMs / 1000,
      ttlb: request.ttlbMs / 1000,
      bytes: request.bytesReceived,
      error: request.error,
      userClass: userClass.name,
    });
  }

  #record(userClass: UserClass, sample: CustomSample): void {
    const { name, ttlb, method = "CUSTOM", ttfb = ttlb, error, bytes = 0 } = sample;
    if (!(ttlb >= 0) || !(ttfb >= 0)) {
      throw new RangeError(`Cannot record "${name}": ttlb is ${ttlb}, expected seconds, 0 or more`);
    }
    const isFailure = error !== undefined && error !== null && error !== false;
    const text = !isFailure ? null : error === true ? "failed by the script" : errorMessage(error);
    const { recorder } = this.#options.shared;
    recorder.series(method, name).record(ttlb * 1000, isFailure, bytes);
    if (text !== null) recorder.countError(text);
    if (events.request.isEmpty) return;
    const start = (nowMs() - this.#options.startMs) / 1000 - ttlb;
    void events.request.fire({ method, name, start, ttfb, ttlb, bytes, error: text, userClass: userClass.name });
  }

  #shutdown(reason: string): void {
    if (this.#isShuttingDown) return log.debug("Already shutting down, ignoring shutdown()");
    this.#isShuttingDown = true;
    this.#options.shutdown(reason);
  }
}
