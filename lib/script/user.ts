/**
 * The classes users of this program extend.
 *
 * @module
 */

import type { ClassLoad } from "../load/class_load.ts";
import type { ClientSettings } from "../http/client/request_options.ts";
import type { LocustClientSession } from "../http/session.ts";
import type { CustomSample } from "../stats/sample.ts";

/** Iterations at even distances; `constantPacing` and `constantThroughput` make it. */
export interface Pacing {
  /** From the start of an iteration to that of the next, in milliseconds, more than 0. */
  readonly everyMs: number;
}

/** Returns how long a user waits before its next iteration, in seconds; 0 goes on at once. Or a plan for all of them. */
export type WaitTime = ((user: User) => number) | Pacing;

/** What the engine gives a user when it makes one. */
export interface UserEnvironment {
  /** See {@linkcode User.id}. */
  readonly id: number;
  /** See {@linkcode User.data}. */
  readonly data: unknown;
  /** See {@linkcode User.config}. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Makes the client of this user. */
  createClient(): LocustClientSession;
  /** Whether the user should go on. */
  isRunning(): boolean;
  /** Records a sample for the user's class. */
  record(sample: CustomSample): void;
  /** Ends the whole test. */
  shutdown(reason: string): void;
}

/**
 * One simulated actor. Extend it, or {@linkcode HttpUser}, and export the class: every exported class runs, its share
 * of the users being `weight` or exactly `fixedCount`.
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
   * Exact number of users of this class, taken before weights are looked at. Where every class has one, no more users
   * run than they add up to, whatever is asked for.
   *
   * @default none: by weight
   */
  static fixedCount: number | undefined = undefined;
  /** Pause between iterations. @default none: the next one begins at once */
  static waitTime: WaitTime | undefined = undefined;
  /** Load of the class's own, beside that of the others. @default none: its share of the options' */
  static load: ClassLoad | undefined = undefined;
  /**
   * Tells a user class from any other, even if it extends another copy of this module.
   *
   * @ignore
   */
  static readonly isLocustUser: true = true;

  readonly #environment: UserEnvironment;

  /** The engine makes users; a constructor of your own must pass its argument on. */
  constructor(environment: UserEnvironment) {
    this.#environment = environment;
  }

  /** Number of this user among all users running, from 0, unique over all workers. */
  get id(): number {
    return this.#environment.id;
  }

  /** What `setup` returned: a copy for each worker. */
  // deno-lint-ignore no-explicit-any -- its type is known to the locustfile alone
  get data(): any {
    return this.#environment.data;
  }

  /** Every option in force, frozen. */
  get config(): Readonly<Record<string, unknown>> {
    return this.#environment.config;
  }

  /** Whether the user should go on: false once the test stops or fewer users are wanted. For loops inside `run`. */
  get running(): boolean {
    return this.#environment.isRunning();
  }

  /**
   * Wraps the user's whole life, `onStart` to `onStop`: for what has to be held all the while and let go afterwards.
   * When it throws, or returns before the body has ended, it is counted, and the user is made anew after a second.
   *
   * @param body Lives the life; call it once and await it
   */
  async around(body: () => Promise<void>): Promise<void> {
    await body();
  }

  /** Called once, before the first iteration. When it throws it is counted, and the user is made anew after a second. */
  onStart(): void | Promise<void> {}

  /** One iteration; called again and again while the user runs. */
  abstract run(): void | Promise<void>;

  /** Called once, after the last iteration; not when the user is interrupted. */
  onStop(): void | Promise<void> {}

  /** Records a sample of another protocol, or of a step you measured yourself. */
  record(sample: CustomSample): void {
    this.#environment.record(sample);
  }

  /**
   * Ends the whole test in good order; a repeated call is ignored.
   *
   * @param reason Shown in the log and the summary
   */
  shutdown(reason = "no reason given"): void {
    this.#environment.shutdown(reason);
  }
}

/** A user with an HTTP client of its own. */
export abstract class HttpUser extends User {
  /** Settings of the class's clients. @default none */
  static client: ClientSettings = {};
  /** Base URL of the class, in place of `--host`. @default --host */
  static host: string | undefined = undefined;

  /** This user's client: its own connections, its own cookies. */
  readonly client: LocustClientSession;

  /** The engine makes users; a constructor of your own must pass its argument on. */
  constructor(environment: UserEnvironment) {
    super(environment);
    this.client = environment.createClient();
  }
}

/** A class that can be run: not abstract, made with the engine's environment. */
export interface UserClass {
  new (environment: UserEnvironment): User;
  readonly name: string;
  readonly weight: number;
  readonly fixedCount: number | undefined;
  readonly waitTime: WaitTime | undefined;
  readonly load: ClassLoad | undefined;
  /** Of an {@linkcode HttpUser} only. */
  readonly client?: ClientSettings;
  /** Of an {@linkcode HttpUser} only. */
  readonly host?: string | undefined;
}
