/**
 * A request in flight, from its start to the response or error that user code gets.
 *
 * @module
 */

import { nowMs } from "../../../core/clock.ts";
import { formatDuration } from "../../../core/units.ts";
import type { Series } from "../../../stats/series.ts";
import { abortOn } from "./abort_signal.ts";
import type { ClientSender } from "./client_sender.ts";
import { Deadlined } from "../../deadlines.ts";
import type { RequestSpan } from "../../spans/request_span.ts";
import type { Begun } from "../in_flight.ts";
import { Judge } from "../judge.ts";
import { followedRequest, isRedirect } from "./redirect.ts";
import { RequestError } from "../request_error.ts";
import type { RequestPolicy } from "../request_options.ts";
import { currentStep, requestSpan, type StepScope } from "../step_scope.ts";
import { LocustResponse } from "../response.ts";
import {
  type Exchange,
  type ExchangeListener,
  TransportError,
  type WireRequest,
  type WireResponse,
} from "../../transport.ts";

/** Sends a request, through its span if it has one. */
export function transmit(
  sender: ClientSender,
  request: WireRequest,
  listener: ExchangeListener,
  span: RequestSpan | null,
): Exchange {
  return span === null ? sender.transport.send(request, listener) : span.send(request, listener, sender.transport);
}

/** One request in flight. It is its own listener and deadline entry, so a request allocates only one such object. */
export class PendingRequest extends Deadlined implements ExchangeListener, Begun {
  /** Resolves with the response, or rejects with a {@linkcode RequestError}. */
  readonly promise: Promise<LocustResponse>;
  readonly #sender: ClientSender;
  readonly #series: Series;
  /** The step that it is part of; `null` outside of steps. */
  readonly #step: StepScope | null;
  /** Its span; `null` if the iteration is not sampled. */
  readonly #span: RequestSpan | null = null;
  readonly #policy: RequestPolicy;
  /** As `#exchange`, `null` once it has ended: V8 may keep an ended request for long, and with it what it refers to. */
  #resolve: ((response: LocustResponse) => void) | null = null;
  #reject: ((error: RequestError) => void) | null = null;
  #startMs = 0;
  /** How long targets of redirects were held back before sending, in milliseconds; excluded from all times. */
  #heldMs = 0;
  /** Since when the target of a redirect waits to be sent; 0 if none does. */
  #heldSinceMs = 0;
  readonly #latenessMs: number;
  readonly #isJudgedByBlock: boolean;
  /** The verdict on the response, once it has arrived. */
  judge: Judge | null = null;
  /** Without the user's cookies. */
  #wire: WireRequest;
  #stopListening: (() => void) | null = null;
  #exchange: Exchange | null = null;
  #redirects = 0;
  /** Whether the server may have seen the request, or the target of its redirect. */
  #isSent = false;
  /** Bytes of the responses that redirected. */
  #bytesReceived = 0;

  /**
   * Sends the request.
   *
   * @param wire The request without cookies, from which requests of redirects are derived
   * @param withCookies The same request with the user's cookies, which is sent
   * @param isJudgedByBlock Whether a block gives the verdict; otherwise it is open until the next request
   */
  constructor(
    sender: ClientSender,
    wire: WireRequest,
    withCookies: WireRequest,
    series: Series,
    policy: RequestPolicy,
    isJudgedByBlock = false,
  ) {
    super();
    // V8 inlines this, but not Promise.withResolvers.
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#sender = sender;
    this.#wire = wire;
    const step = this.#step = currentStep();
    this.#series = step === null ? series : sender.context.seriesIn(step, series);
    this.#policy = policy;
    this.#isJudgedByBlock = isJudgedByBlock;
    this.#latenessMs = sender.lateness.take();
    sender.inFlight.begin(this);
    sender.context.deadlines.add(this, Infinity, policy.timeoutMs);
    if (sender.trace !== null) this.#span = requestSpan(sender.trace, wire, this.#series);
    this.#exchange = transmit(sender, withCookies, this, this.#span);
  }

  /** Aborts the request with a reason. */
  abort(reason: TransportError): void {
    this.#exchange?.abort(reason);
  }

  /** Aborts the request when the signal fires. */
  abortOn(signal: AbortSignal): void {
    this.#stopListening = abortOn(signal, (reason) => this.abort(reason));
  }

  override onDeadline(dueMs: number): void {
    const { context: { deadlines } } = this.#sender;
    if (this.#heldSinceMs !== 0) return deadlines.add(this, Infinity, this.limitMs);
    const beganMs = this.#startMs + this.#heldMs;
    if (beganMs + this.limitMs > dueMs) return deadlines.add(this, beganMs, this.limitMs);
    this.abort(new TransportError("timeout", `timeout after ${formatDuration(this.#policy.timeoutMs)}`));
  }

  onStart(atMs: number): void {
    if (this.#startMs !== 0) return this.#goOn(atMs);
    this.#startMs = atMs;
    this.#sender.context.deadlines.start(this, atMs);
  }

  onSent(): void {
    if (this.#isSent) return this.#series.countRepeat();
    this.#isSent = true;
    if (this.#redirects > 0) this.#series.countRedirect();
    else this.#series.tally.send();
  }

  onResponse(response: WireResponse): void {
    const { setCookies } = response;
    if (setCookies.length > 0) this.#sender.keepCookies(setCookies, this.#wire.url);
    if (response.status >= 300 && this.#policy.redirect !== "manual" && isRedirect(response)) {
      return this.#follow(response);
    }
    this.#finish(response);
  }

  onError(error: TransportError, bytesReceived: number): void {
    const { context, user } = this.#sender;
    this.#leave();
    if (error.kind !== "interrupted") {
      const endMs = (this.#heldSinceMs || nowMs()) - this.#heldMs;
      const [series, startMs] = [this.#series, this.#startMs || endMs];
      const bytes = this.#bytesReceived + bytesReceived;
      const late = this.#latenessMs;
      const judge = new Judge(context, series, startMs, endMs, endMs, bytes, error.message, null, late, 0, user);
      judge.span = this.#span;
      judge.settle();
      this.#step?.fail(error.message);
    } else if (this.#isSent || this.#redirects > 0) {
      context.recorder.countInterruptedRequest();
      this.#span?.interrupt();
    }
    const options = { cause: error.cause ?? error, traceId: this.#span?.span.traceId };
    this.#reject!(new RequestError(error.kind, error.message, this.row, options));
  }

  /** Method and name. */
  get row(): string {
    return `${this.#series.method} ${this.#series.name}`;
  }

  #leave(): void {
    this.#sender.inFlight.end(this);
    if (this.#isSent || this.#redirects > 0) this.#series.tally.end();
    this.#sender.context.deadlines.remove(this);
    this.#stopListening?.();
  }

  #follow(response: WireResponse): void {
    this.#bytesReceived += response.bytesReceived;
    try {
      this.#wire = followedRequest(this.#wire, response, this.#policy, this.#redirects);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return this.onError(error, 0);
    }
    this.#redirects++;
    this.#isSent = false;
    this.#heldSinceMs = response.lastByteMs;
    this.#exchange = transmit(this.#sender, this.#sender.withCookies(this.#wire), this, this.#span);
  }

  /** Continues with the target of a redirect, which is part of the same request. */
  #goOn(atMs: number): void {
    this.#heldMs += atMs - this.#heldSinceMs;
    this.#heldSinceMs = 0;
    const { deadlines } = this.#sender.context;
    if (!deadlines.isRunning(this)) deadlines.start(this, this.#startMs + this.#heldMs);
  }

  #finish(response: WireResponse): void {
    const { context, user } = this.#sender;
    const { status, firstByteMs, lastByteMs } = response;
    this.#series.noteProtocol(response.httpVersion);
    this.#leave();
    const statusError = status < 400 ? null : `${status} ${response.statusText}`.trimEnd();
    const judge = new Judge(
      context,
      this.#series,
      this.#startMs,
      firstByteMs - this.#heldMs,
      lastByteMs - this.#heldMs,
      this.#bytesReceived + response.bytesReceived,
      statusError,
      response.connectPhases,
      this.#latenessMs,
      status,
      user,
    );
    if (this.#span !== null) judge.span = this.#span;
    if (this.#step !== null) this.#step.add(judge);
    this.judge = judge;
    if (!this.#isJudgedByBlock) this.#sender.accept(judge);
    const resolve = this.#resolve!;
    this.#exchange = this.#resolve = this.#reject = null;
    resolve(new LocustResponse(response, judge, this.#wire.url, this.#redirects > 0));
  }
}
