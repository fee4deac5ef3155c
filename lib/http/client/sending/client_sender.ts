/**
 * What the requests of one user have in common.
 *
 * @module
 */

import type { UserTrace } from "../../../spans/user_trace.ts";
import { Lateness } from "../../../stats/lateness.ts";
import type { Transport, WireRequest } from "../../transport.ts";
import type { ClientContext } from "../client_context.ts";
import { CookieLines } from "../cookie_lines.ts";
import { CookieStore } from "../cookies.ts";
import { InFlight } from "../in_flight.ts";
import type { Judge } from "../judge.ts";

/** The user that a client belongs to. */
export interface ClientOwner {
  /** Its number; -1 if unknown. */
  readonly user: number;
  /** Its requests and steps under way. */
  readonly inFlight: InFlight;
  /** How late its iteration started; the first request takes it. */
  readonly lateness: Lateness;
  /** The trace of its iteration; `null` if the run has no traces. */
  readonly trace: UserTrace | null;
}

/**
 * Sends and judges the requests of one user. Every request needs it, and with thousands of users each object is out of the
 * processor's cache by then: so it is one, and what few users need is created on first use.
 */
export class ClientSender implements ClientOwner {
  readonly user: number;
  readonly inFlight: InFlight;
  readonly lateness: Lateness;
  readonly trace: UserTrace | null;
  /** Defaults and counters of the user's class. */
  readonly context: ClientContext;
  /** The user's connections. */
  readonly transport: Transport;
  /** The user's cookies. */
  readonly cookies: CookieStore;
  /** `null` while there has been no cookie. */
  #cookieLines: CookieLines | null = null;
  /** The verdict on the last response of the open form, until the next request. */
  #judge: Judge | null = null;

  /** Creates the user's transport. */
  constructor(context: ClientContext, owner: Partial<ClientOwner>) {
    this.user = owner.user ?? -1;
    this.inFlight = owner.inFlight ?? new InFlight();
    this.lateness = owner.lateness ?? new Lateness();
    this.trace = owner.trace ?? null;
    this.context = context;
    this.transport = context.createTransport();
    this.cookies = new CookieStore(context.onDroppedCookie);
  }

  /** The verdict that is still open; `null` for none. */
  get judge(): Judge | null {
    return this.#judge;
  }

  /** Stores the cookies of a response. */
  keepCookies(setCookies: readonly string[], url: URL): void {
    for (const line of setCookies) this.cookies.set(line, url);
  }

  /** Returns a request with the user's cookies. */
  withCookies(request: WireRequest): WireRequest {
    return this.cookies.version === 0 ? request : this.#lines.addTo(request);
  }

  /** Does the same for a request that is sent repeatedly. */
  plainWithCookies(request: WireRequest): WireRequest {
    return this.cookies.version === 0 ? request : this.#lines.addToPlain(request);
  }

  /** Makes a response the one that is judged. */
  accept(judge: Judge): void {
    this.endJudging();
    this.#judge = judge;
  }

  /** Ends the judging of the last response. */
  endJudging(): void {
    if (this.#judge === null) return;
    this.#judge.settle();
    this.#judge = null;
  }

  get #lines(): CookieLines {
    return this.#cookieLines ??= new CookieLines(this.cookies);
  }
}
