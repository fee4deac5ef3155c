/**
 * The classes users of this program extend.
 *
 * @module
 */

import type { StepOptions } from "./scenario/steps.ts";
import type { TaskWishes } from "./scenario/tasks.ts";
import type { ClassLoad } from "../load/class_load.ts";
import type { ClientSettings } from "../http/client/request_options.ts";
import type { LocustClientSession } from "../http/session.ts";
import { type ShutdownOptions, type ShutdownOrder, shutdownOrder } from "./shutdown.ts";
import type { CustomSample } from "../stats/sample.ts";

/** Iterations at even intervals; made by `constantPacing` and `constantThroughput`. */
export interface Pacing {
  /** Time from the start of one iteration to the start of the next, in milliseconds, more than 0. */
  readonly everyMs: number;
}

/** Returns how long a user waits before its next iteration, in seconds, 0 for no wait; or a schedule. */
export type WaitTime = ((user: User) => number) | Pacing;

/** What the engine passes to a new user. */
export interface UserEnvironment {
  /** See {@linkcode User.id}. */
  readonly id: number;
  /** See {@linkcode User.data}. */
  readonly data: unknown;
  /** See {@linkcode User.config}. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Creates the client of this user. */
  createClient(): LocustClientSession;
  /** Whether the user should go on. */
  isRunning(): boolean;
  /** Records a sample for the user's class. */
  record(sample: CustomSample): void;
  /** Counts a check. */
  check(name: string, value: unknown): boolean;
  /** Records a measured value. */
  measure(name: string, value: number | string): void;
  /** Runs a step. */
  step<T>(name: string, step: () => T | Promise<T>, options?: StepOptions): Promise<T>;
  /** Ends the whole test. */
  shutdown(order: ShutdownOrder): void;
}

/**
 * One simulated actor. Extend it, or {@linkcode HttpUser}, and export the class: every exported class runs; `weight` or
 * `fixedCount` sets its number of users.
 *
 * @example Usage
 * ```ts
 * import { between, HttpUser } from "@x/locust";
 *
 * export class Shopper extends HttpUser {
 *   static override weight = 3;
 *   static override waitTime = between(1, 3);
 *   override async run() {
 *     await this.client.get(`/item/${this.id}`, { name: "/item/:id" });
 *   }
 * }
 * ```
 */
export abstract class User {
  /** Share of the users relative to the other classes; 0 runs none. @default 1 */
  static weight: number = 1;
  /**
   * Exact number of users of this class; the others are split by weight. If every class has one, no more users run than
   * their sum.
   *
   * @default none: by weight
   */
  static fixedCount: number | undefined = undefined;
  /** Pause between iterations. @default none: the next one starts immediately */
  static waitTime: WaitTime | undefined = undefined;
  /** A separate load for this class. @default none: its share of the options' load */
  static load: ClassLoad | undefined = undefined;
  /**
   * Methods with weights, in place of `run`: each iteration calls one of them, picked at random by weight. A task is a
   * weight, or an object such as `{ weight: 3, tags: ["smoke"] }`. The order of a user's tasks depends on the seed of the
   * run (`--seed`) and the user's id only.
   *
   * @default none: each iteration calls `run`
   */
  static tasks: TaskWishes | undefined = undefined;
  /** Names for `--only tag:NAME`, which runs the whole class. @default none */
  static tags: readonly string[] = [];
  /**
   * Marks user classes, including those that extend another copy of this module.
   *
   * @ignore
   */
  static readonly isLocustUser: true = true;

  readonly #environment: UserEnvironment;

  /** Called by the engine; a constructor of a subclass must pass its argument on. */
  constructor(environment: UserEnvironment) {
    this.#environment = environment;
  }

  /** Number of this user, from 0, unique among all running users of all workers. */
  get id(): number {
    return this.#environment.id;
  }

  /** The result of `setup`; each worker has its own copy. */
  // deno-lint-ignore no-explicit-any -- its type is known to the locustfile alone
  get data(): any {
    return this.#environment.data;
  }

  /** All options in effect, frozen. */
  get config(): Readonly<Record<string, unknown>> {
    return this.#environment.config;
  }

  /** Whether the user should go on: false once the test stops or this user is to end. For loops inside `run`. */
  get running(): boolean {
    return this.#environment.isRunning();
  }

  /**
   * Wraps the whole life of the user, from `onStart` to `onStop`: for resources to acquire before and release after it.
   * If it throws, or returns before the body has ended, the error is counted and the user is created again after 1 s.
   *
   * @param body Runs the user; call it once and await it
   */
  async around(body: () => Promise<void>): Promise<void> {
    await body();
  }

  /** Called once, before the first iteration. If it throws, the error is counted and the user is created again after 1 s. */
  onStart(): void | Promise<void> {}

  /** One iteration; called repeatedly while the user runs. A class has either this method or `static tasks`. */
  run?(): void | Promise<void>;

  /** Called once, after the last iteration, unless the user is interrupted. */
  onStop(): void | Promise<void> {}

  /** Records a sample of another protocol, or of a step you measured yourself. */
  record(sample: CustomSample): void {
    this.#environment.record(sample);
  }

  /**
   * Runs a part of an iteration as a step: a row of method `STEP` with the time from its start to its end. It fails if the
   * function throws, or a request in it counts as failed when it ends. Steps may nest, and several of one user may run at
   * once. They are not part of Total. A step that the end of the run cuts off is not counted. Await it: an iteration that
   * ends with a step under way is named once, and the user's next iteration waits for it.
   *
   * @param name Name of the row, not empty
   * @param step What is timed; its result is returned, and what it throws is thrown
   * @param options Whether `sleep` counts
   * @throws {TypeError} if the name is not a string or is empty, there is no function, or an option is unknown
   */
  step<T>(name: string, step: () => T | Promise<T>, options?: StepOptions): Promise<T> {
    return this.#environment.step(name, step, options);
  }

  /**
   * Counts a check: a yes-or-no question that fails nothing. Checks have a table of their own, and thresholds such as
   * `check "has a token" > 99%`. At most 200 names are kept apart; those after them are counted as `OTHER`.
   *
   * @param name Its name, not empty
   * @param value Passes if it is truthy
   * @returns Whether it passed
   * @throws {TypeError} if the name is not a string or is empty, or the value is a promise
   */
  check(name: string, value: unknown): boolean {
    return this.#environment.check(name, value);
  }

  /**
   * Records a number with percentiles of its own; it is in no row and not in Total. Whole numbers up to 256 are exact,
   * other percentiles to 0.4 %. At most 200 names are kept apart; those after them are counted as `OTHER`.
   *
   * @param name Its name, not empty
   * @param value A finite number of 0 or more, or a time as a string with a unit, such as `"80ms"`
   * @throws {TypeError} if the name is not a string or is empty, or the value is neither
   * @throws {RangeError} if the value is negative, infinite or NaN, or the string is not a time
   */
  measure(name: string, value: number | string): void {
    this.#environment.measure(name, value);
  }

  /**
   * Stops the whole test gracefully; repeated calls have no effect.
   *
   * @param reason Shown in the log and the summary
   * @param options The exit code of the command
   * @throws {RangeError} if the exit code is not a whole number of 0 to 255
   */
  shutdown(reason = "no reason given", options: ShutdownOptions = {}): void {
    this.#environment.shutdown(shutdownOrder(reason, options));
  }
}

/** The argument of a `static client` function: the user whose settings it returns. */
export interface ClientUser {
  /** See {@linkcode User.id}. */
  readonly id: number;
  /** See {@linkcode User.data}. */
  // deno-lint-ignore no-explicit-any -- its type is known to the locustfile alone
  readonly data: any;
}

/** A user with its own HTTP client. */
export abstract class HttpUser extends User {
  /**
   * Settings of the class's clients, or a function that returns those of one user, such as its own certificate, headers or
   * source address. The function is called once per user number on each worker, and before the load for user 0 to check its
   * result.
   *
   * @default none
   */
  static client: ClientSettings | ((user: ClientUser) => ClientSettings) = {};
  /** Base URL of the class in runs without `--host`. @default none */
  static host: string | undefined = undefined;

  /** This user's client, with its own connections and cookies. */
  readonly client: LocustClientSession;

  /** Called by the engine; a constructor of a subclass must pass its argument on. */
  constructor(environment: UserEnvironment) {
    super(environment);
    this.client = environment.createClient();
  }
}

/** A concrete user class. */
export interface UserClass {
  new (environment: UserEnvironment): User;
  readonly name: string;
  readonly weight: number;
  readonly fixedCount: number | undefined;
  readonly waitTime: WaitTime | undefined;
  readonly load: ClassLoad | undefined;
  readonly tasks?: TaskWishes | undefined;
  readonly tags?: readonly string[];
  /** Only for an {@linkcode HttpUser}. */
  readonly client?: ClientSettings | ((user: ClientUser) => ClientSettings);
  /** Only for an {@linkcode HttpUser}. */
  readonly host?: string | undefined;
}
