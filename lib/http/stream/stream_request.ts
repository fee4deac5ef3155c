/**
 * A request whose response is received in parts.
 *
 * @module
 */

import { nowMs } from "../../core/clock.ts";
import { formatDuration } from "../../core/units.ts";
import type { Series } from "../../stats/series.ts";
import { abortOn } from "../client/sending/abort_signal.ts";
import type { Begun } from "../client/in_flight.ts";
import { Judge } from "../client/judge.ts";
import type { ClientSender } from "../client/sending/client_sender.ts";
import { transmit } from "../client/sending/pending_request.ts";
import type { PreparedRequest } from "../client/sending/prepared_request.ts";
import { followedRequest, isRedirect } from "../client/sending/redirect.ts";
import { RequestError } from "../client/request_error.ts";
import { requestSpan } from "../client/step_scope.ts";
import { Deadlined } from "../deadlines.ts";
import type { RequestSpan } from "../spans/request_span.ts";
import {
  type ConnectPhases,
  type Exchange,
  type ExchangeListener,
  type PartsListener,
  type ResponseHead,
  TransportError,
  type WireRequest,
  type WireResponse,
} from "../transport.ts";
import { PartQueue } from "./part_queue.ts";
import type { Part } from "./parts.ts";

/** How a stream ended. */
export type StreamEnding = "complete" | "closed by the script" | "failed";

/** One request in flight, from its start to the last part of its body. The sample is recorded at the end. */
export class StreamRequest extends Deadlined implements ExchangeListener, PartsListener, Begun {
  /** Resolves with the head, or rejects with a {@linkcode RequestError}. */
  readonly head: Promise<ResponseHead>;
  readonly series: Series;
  /** When it started, without the time it was held back, on {@linkcode nowMs}' clock; 0 before. */
  startMs = 0;
  /** How it ended; `null` before. */
  ending: StreamEnding | null = null;
  /** The verdict, once the sample is recorded. */
  judge: Judge | null = null;
  /** What the script has decided before; `null` leaves it to the status. */
  verdict: string | boolean | null = null;
  redirects = 0;
  /** Its span; `null` if the iteration is not sampled. */
  readonly span: RequestSpan | null;
  readonly #sender: ClientSender;
  readonly #policy: PreparedRequest["policy"];
  readonly #latenessMs: number;
  readonly #head = Promise.withResolvers<ResponseHead>();
  #response: ResponseHead | null = null;
  #wire: WireRequest;
  #exchange: Exchange;
  #stopListening: (() => void) | null = null;
  /** As in a pending request: the time that targets of redirects were held back, and since when one is. */
  #heldMs = 0;
  #heldSinceMs = 0;
  #isSent = false;
  #isRedirecting = false;
  #bytesReceived = 0;
  readonly #queue = new PartQueue((isHeld) => {
    if (this.ending === null) this.#exchange.hold(isHeld);
  });
  /** When something arrived last. */
  #lastMs = 0;
  #error: RequestError | null = null;
  #closing: PromiseWithResolvers<void> | null = null;
  #isAccepted = false;

  /** Sends the request. */
  constructor(sender: ClientSender, { wire, series, policy }: PreparedRequest, signal: AbortSignal | undefined) {
    super();
    this.head = this.#head.promise;
    this.#sender = sender;
    this.#wire = wire;
    this.series = series;
    this.#policy = policy;
    this.#latenessMs = sender.lateness.take();
    sender.inFlight.begin(this);
    sender.context.deadlines.add(this, Infinity, policy.timeoutMs);
    this.span = sender.trace === null ? null : requestSpan(sender.trace, wire, series);
    this.#exchange = transmit(sender, sender.withCookies(wire), this, this.span);
    if (signal !== undefined) this.#stopListening = abortOn(signal, (reason) => this.abort(reason));
  }

  /** Receives the response in parts. */
  get parts(): PartsListener {
    return this;
  }

  /** Method and name. */
  get row(): string {
    return `${this.series.method} ${this.series.name}`;
  }

  /** URL of the response. */
  get url(): URL {
    return this.#wire.url;
  }

  /** Why it counts as failed, as far as known. */
  get error(): string | null {
    if (this.judge !== null) return this.judge.error;
    if (this.verdict === true) return this.statusError ?? "failed by the script";
    return this.verdict === false ? null : this.verdict ?? this.statusError;
  }

  /** The status as an error, or `null`. */
  get statusError(): string | null {
    if (this.#response === null || this.#response.status < 400) return null;
    return `${this.#response.status} ${this.#response.statusText}`.trimEnd();
  }

  /** Time to the first byte, in milliseconds, without the time it was held back. */
  get ttfbMs(): number {
    return this.#response!.firstByteMs - this.#heldMs - this.startMs;
  }

  /** Returns the time from the start to an instant, in milliseconds, without the time it was held back. */
  sinceStartMs(atMs: number): number {
    return atMs - this.#heldMs - this.startMs;
  }

  /** Records a measure named after the row. */
  measure(what: string, unit: "" | "ms", value: number): void {
    this.#sender.context.recorder.measures.add(`${this.row} ${what}`, unit, Math.max(0, value));
  }

  /**
   * Waits for the next part.
   *
   * @returns `null` at the end
   * @throws {RequestError} if the stream failed
   */
  async nextPart(): Promise<Part | null> {
    for (;;) {
      const part = this.#queue.shift();
      if (part !== undefined) return part;
      if (this.#error !== null) throw this.#error;
      if (this.ending !== null) {
        this.#accept();
        return null;
      }
      await this.#queue.changed();
    }
  }

  /** Closes the request unless it has ended, which is no failure; resolves once it is recorded. */
  async close(): Promise<void> {
    this.#queue.clear();
    if (this.ending === null && this.#closing === null) {
      this.#closing = Promise.withResolvers();
      this.#exchange.abort(new TransportError("aborted", "closed by the script"));
    }
    if (this.#closing !== null) await this.#closing.promise;
    this.#accept();
  }

  /** Aborts the request with a reason. */
  abort(reason: TransportError): void {
    this.#exchange.abort(reason);
  }

  override onDeadline(dueMs: number): void {
    const { context: { deadlines } } = this.#sender;
    if (this.#heldSinceMs !== 0) return deadlines.add(this, Infinity, this.limitMs);
    // A script that does not read makes the server wait, not the other way round.
    const isWaiting = !this.#queue.isEmpty;
    const sinceMs = isWaiting ? nowMs() : Math.max(this.#lastMs, this.startMs + this.#heldMs);
    if (isWaiting || sinceMs + this.limitMs > dueMs) return deadlines.add(this, sinceMs, this.limitMs);
    this.abort(new TransportError("timeout", `timeout after ${formatDuration(this.#policy.timeoutMs)}`));
  }

  onStart(atMs: number): void {
    const { context: { deadlines } } = this.#sender;
    if (this.startMs === 0) {
      this.startMs = atMs;
      return deadlines.start(this, atMs);
    }
    this.#heldMs += atMs - this.#heldSinceMs;
    this.#heldSinceMs = 0;
    if (!deadlines.isRunning(this)) deadlines.start(this, atMs);
  }

  onSent(): void {
    if (this.#isSent) return this.series.countRepeat();
    this.#isSent = true;
    if (this.redirects > 0) this.series.countRedirect();
    else this.series.tally.send();
  }

  onHead(head: ResponseHead): void {
    this.#lastMs = head.firstByteMs;
    if (head.setCookies.length > 0) this.#sender.keepCookies(head.setCookies, this.#wire.url);
    this.#isRedirecting = this.#policy.redirect !== "manual" && isRedirect(head);
    if (this.#isRedirecting) return;
    this.#response = head;
    this.series.noteProtocol(head.httpVersion);
    this.#sender.inFlight.end(this);
    this.#head.resolve(head);
  }

  onPart(bytes: Uint8Array): void {
    if (this.#isRedirecting || this.#closing !== null) return;
    this.#lastMs = nowMs();
    this.#queue.push({ bytes, atMs: this.#lastMs });
  }

  onResponse(response: WireResponse): void {
    this.#bytesReceived += response.bytesReceived;
    if (this.#isRedirecting) this.#follow(response);
    else this.#complete(response.lastByteMs, "complete");
  }

  onError(error: TransportError, bytesReceived: number): void {
    this.#bytesReceived += bytesReceived;
    if (this.#closing !== null && this.#response !== null && error.kind !== "interrupted") {
      return this.#complete(nowMs(), "closed by the script");
    }
    const { context, inFlight } = this.#sender;
    this.#leave();
    if (this.#response === null) inFlight.end(this);
    this.ending = "failed";
    if (error.kind !== "interrupted") {
      const endMs = (this.#heldSinceMs || nowMs()) - this.#heldMs;
      const startMs = this.startMs || endMs;
      const firstMs = this.#response === null ? endMs : this.#response.firstByteMs - this.#heldMs;
      this.judge = this.#judged(startMs, firstMs, endMs, error.message, null);
      this.judge.settle();
    } else if (this.#isSent || this.redirects > 0) {
      context.recorder.countInterruptedRequest();
      this.span?.interrupt();
    }
    this.#isAccepted = true;
    const { cause = error, kind, message } = error;
    this.#error = new RequestError(kind, message, this.row, { cause, traceId: this.span?.span.traceId });
    if (this.#response === null) this.#head.reject(this.#error);
    this.#queue.wake();
    this.#closing?.resolve();
  }

  /** Ends the judging of a stream whose end the script has not read. */
  settle(): void {
    if (!this.#isAccepted) this.judge?.settle();
    this.#isAccepted = true;
  }

  #leave(): void {
    if (this.#isSent || this.redirects > 0) this.series.tally.end();
    this.#sender.context.deadlines.remove(this);
    this.#stopListening?.();
  }

  #follow(response: WireResponse): void {
    this.#isRedirecting = false;
    try {
      this.#wire = followedRequest(this.#wire, response, this.#policy, this.redirects);
    } catch (error) {
      if (!(error instanceof TransportError)) throw error;
      return this.onError(error, 0);
    }
    this.redirects++;
    this.#isSent = false;
    this.#heldSinceMs = response.lastByteMs;
    this.#exchange = transmit(this.#sender, this.#sender.withCookies(this.#wire), this, this.span);
  }

  #complete(lastByteMs: number, ending: StreamEnding): void {
    this.ending = ending;
    this.#leave();
    const { firstByteMs, connectPhases } = this.#response!;
    const [firstMs, lastMs] = [firstByteMs - this.#heldMs, lastByteMs - this.#heldMs];
    const judge = this.#judged(this.startMs, firstMs, lastMs, this.statusError, connectPhases);
    if (this.verdict !== null) judge.decide(this.verdict);
    this.judge = judge;
    this.#queue.wake();
    this.#closing?.resolve();
  }

  #judged(startMs: number, firstMs: number, endMs: number, error: string | null, phases: ConnectPhases | null): Judge {
    const [{ context, user }, late, bytes] = [this.#sender, this.#latenessMs, this.#bytesReceived];
    const status = this.#response?.status;
    const judge = new Judge(context, this.series, startMs, firstMs, endMs, bytes, error, phases, late, status, user);
    judge.span = this.span;
    return judge;
  }

  /** Makes it the request being judged, once the script has come to its end. */
  #accept(): void {
    if (this.#isAccepted || this.judge === null) return;
    this.#isAccepted = true;
    this.#sender.accept(this.judge);
  }
}
