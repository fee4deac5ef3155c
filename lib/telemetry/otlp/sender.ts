/**
 * Sends requests of OTLP over HTTP.
 *
 * @module
 */

import { VERSION } from "../../core/version.ts";
import { encodeProtobuf, type Message, toJson } from "./protobuf.ts";
import { rejectionIn } from "./responses.ts";
import { REQUESTS, type SignalKind } from "./schemas.ts";

/** Where and how one kind of records is sent. */
export interface OtlpTarget {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly protocol: "http/protobuf" | "http/json";
  readonly compression: "none" | "gzip";
  /** Longest that one attempt takes, in milliseconds. */
  readonly timeoutMs: number;
}

/** What became of a request. */
export type Delivery =
  | { readonly isSent: true; readonly rejected: number; readonly message: string }
  | { readonly isSent: false; readonly reason: string };

/** What a sender uses beside its target; tests replace it. */
export interface SenderOptions {
  /** Certificates. @default those of the system */
  readonly client?: Deno.HttpClient;
  /** Called with the reason when an attempt fails that is repeated. */
  readonly onRetry?: (reason: string) => void;
  /** Wait after the first failure, doubled with each further one, in milliseconds. @default 1000 */
  readonly firstBackoffMs?: number;
}

/** Statuses after which the request may be sent again: https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504]);
const [FIRST_BACKOFF_MS, MAX_BACKOFF_MS] = [1000, 30_000] as const;
const NOT_TRIED = "not tried";
/** Attempts at the end of a run if a collector has never answered. */
const ATTEMPTS_WITHOUT_ANSWER = 2;
/** Longest that one request is tried, in milliseconds. */
const MAX_TRYING_MS = 120_000;
/** Most that is read of a response, in bytes. */
const MAX_RESPONSE_BYTES = 65_536;

type Attempt = Delivery | { readonly isSent: null; readonly reason: string; readonly retryAfterMs: number | null };

/** Sends the requests of one kind to one target, one at a time, and repeats those that may be. */
export class OtlpSender {
  readonly #kind: SignalKind;
  readonly #target: OtlpTarget;
  readonly #options: SenderOptions;
  /** Time before which nothing is sent, on the clock of `performance.now()`. */
  #notBeforeMs = 0;
  #hasAnswered = false;
  /** When the run's exports are over, on the clock of `performance.now()`. */
  #endMs = Infinity;
  /** Ends the wait for a collector that has never answered, or that asked for more time than there is. */
  readonly #hurry = new AbortController();
  /** Why the last attempt failed; that of one which was given up is the one before it, if there is one. */
  #reason = NOT_TRIED;

  constructor(kind: SignalKind, target: OtlpTarget, options: SenderOptions = {}) {
    this.#kind = kind;
    this.#target = target;
    this.#options = options;
  }

  /**
   * From now on, waits that would not end in time are not begun, and a collector that has never answered is tried twice
   * at most, without a wait.
   *
   * @param ms What is left, in milliseconds
   */
  finish(ms: number): void {
    this.#endMs = performance.now() + ms;
    if (!this.#hasAnswered) this.#notBeforeMs = 0;
    if (!this.#hasAnswered || this.#notBeforeMs > this.#endMs) this.#hurry.abort();
  }

  /**
   * Sends a request, again and again for up to two minutes where that may help. Never rejects.
   *
   * @param makeRequest Returns what is sent; called for each attempt
   * @param signal Ends it
   */
  async send(makeRequest: () => Message, signal: AbortSignal): Promise<Delivery> {
    const { firstBackoffMs = FIRST_BACKOFF_MS, onRetry } = this.#options;
    const giveUpMs = performance.now() + MAX_TRYING_MS;
    for (let attempts = 1;; attempts++) {
      if (this.#notBeforeMs <= this.#endMs) {
        await pause(this.#notBeforeMs - performance.now(), AbortSignal.any([signal, this.#hurry.signal]));
      }
      if (signal.aborted || this.#notBeforeMs > this.#endMs) return { isSent: false, reason: this.#reason };
      const attempt = await this.#try(makeRequest(), signal);
      if (attempt.isSent) this.#reason = NOT_TRIED;
      if (attempt.isSent !== null) return attempt;
      const reason = this.#reason = attempt.reason;
      // Spread by up to a quarter, so that many generators do not come back at once.
      const backoffMs = Math.min(firstBackoffMs * 2 ** (attempts - 1), MAX_BACKOFF_MS);
      const waitMs = attempt.retryAfterMs ?? backoffMs * (0.75 + Math.random() / 4);
      this.#notBeforeMs = performance.now() + waitMs;
      const isVain = this.#hurry.signal.aborted && !this.#hasAnswered && attempts >= ATTEMPTS_WITHOUT_ANSWER;
      if (isVain || signal.aborted || this.#notBeforeMs > giveUpMs) return { isSent: false, reason };
      onRetry?.(reason);
    }
  }

  async #try(request: Message, signal: AbortSignal): Promise<Attempt> {
    const { url, timeoutMs } = this.#target;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        ...{ method: "POST", redirect: "manual", headers: this.#headers(), body: await this.#bodyOf(request) },
        signal: AbortSignal.any([signal, timeout]),
        ...(this.#options.client === undefined ? {} : { client: this.#options.client }),
      });
      this.#hasAnswered = true;
      const body = await readUpTo(response, MAX_RESPONSE_BYTES);
      if (response.ok) return { isSent: true, ...rejectionIn(body, response.headers.get("content-type") ?? "") };
      const reason = `status ${response.status}`;
      return RETRYABLE.has(response.status)
        ? { isSent: null, reason, retryAfterMs: retryAfterMs(response.headers.get("retry-after"), Date.now()) }
        : { isSent: false, reason };
    } catch (error) {
      if (timeout.aborted) return { isSent: null, reason: `no response within ${timeoutMs} ms`, retryAfterMs: null };
      return { isSent: null, reason: signal.aborted ? this.#givenUp() : reasonOf(error), retryAfterMs: null };
    }
  }

  #givenUp(): string {
    return this.#reason === NOT_TRIED ? "no response in time" : this.#reason;
  }

  #headers(): Headers {
    const { protocol, compression, headers } = this.#target;
    const all = new Headers({ "user-agent": `locust/${VERSION}`, ...headers });
    all.set("content-type", protocol === "http/json" ? "application/json" : "application/x-protobuf");
    if (compression === "gzip") all.set("content-encoding", "gzip");
    return all;
  }

  async #bodyOf(request: Message): Promise<Uint8Array<ArrayBuffer>> {
    const schema = REQUESTS[this.#kind];
    const { protocol, compression } = this.#target;
    const body = protocol === "http/json"
      ? new TextEncoder().encode(JSON.stringify(toJson(schema, request)))
      : encodeProtobuf(schema, request);
    if (compression === "none") return body;
    const packed = new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"));
    return new Uint8Array(await new Response(packed).arrayBuffer());
  }
}

/**
 * Returns the wait that a response asks for, in milliseconds; `null` if it does not.
 *
 * @param value The header `Retry-After`: seconds, or a date
 * @param nowMs The current time, in milliseconds since 1970
 */
export function retryAfterMs(value: string | null, nowMs: number): number | null {
  if (value === null) return null;
  const ms = /^\d+$/.test(value.trim()) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

/** Waits until a time is over or a signal comes. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Reads the start of a response and drops the rest. */
async function readUpTo(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    parts.push(part);
    size += part.length;
    if (size >= maxBytes) break; // cancels the rest
  }
  return new Uint8Array(await new Blob(parts as Uint8Array<ArrayBuffer>[]).arrayBuffer()).subarray(0, maxBytes);
}

/** Returns the innermost message of an error, which names the cause. */
function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  const text = inner instanceof Error ? inner.message : String(inner);
  if (/refused/i.test(text)) return "connection refused";
  return text.split("\n")[0]!;
}
