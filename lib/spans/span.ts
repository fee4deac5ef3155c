/**
 * A span under way.
 *
 * @module
 */

import { nowMs } from "../core/clock.ts";
import { newSpanId, newTraceId, traceparent } from "./ids.ts";
import type { Attributes, AttributeValue, SpanContext, SpanEvent, SpanKind, SpanRecord } from "./span_record.ts";

/** Most attributes of one span, and most events: what OpenTelemetry allows by default. */
export const MAX_SPAN_ENTRIES = 128;
/** Longest string value of an attribute, in characters; longer ones are cut. */
export const MAX_VALUE_LENGTH = 4096;

/** Receives spans that have ended. */
export type SpanSink = (record: SpanRecord) => void;

/** What a span begins with. */
export interface SpanStart {
  readonly name: string;
  /** @default {"internal"} */
  readonly kind?: SpanKind;
  /** On {@linkcode nowMs}' clock. @default now */
  readonly startMs?: number;
  /** The span it is a part of. @default none: a new trace */
  readonly parent?: Span;
  /** Its ids, if they are known; a span of another trace than its parent's has none. @default new ones */
  readonly context?: SpanContext | null;
}

/**
 * A span of a trace, under way. Scripts get that of a request from `resp.span` and may add attributes and events until the
 * request's verdict is final; later ones are ignored.
 */
export class Span {
  /** Id of the trace: 32 hexadecimal digits. */
  readonly traceId: string;
  /** Id of the span: 16 hexadecimal digits. */
  readonly spanId: string;
  readonly #sink: SpanSink;
  readonly #parentSpanId: string;
  readonly #kind: SpanKind;
  readonly #attributes: Record<string, AttributeValue> = {};
  readonly #events: SpanEvent[] = [];
  #attributeCount = 0;
  #name: string;
  #startMs: number;
  #error: string | null = null;
  #hasChildren = false;
  #hasEnded = false;

  /** Made by the tool only. */
  constructor(sink: SpanSink, { name, kind = "internal", startMs = nowMs(), parent, context }: SpanStart) {
    this.#sink = sink;
    this.#name = name;
    this.#kind = kind;
    this.#startMs = startMs;
    this.traceId = context?.traceId ?? parent?.traceId ?? newTraceId();
    this.spanId = context?.spanId ?? newSpanId();
    this.#parentSpanId = parent?.traceId === this.traceId ? parent.spanId : "";
    if (parent !== undefined) parent.#hasChildren = true;
  }

  /**
   * Sets an attribute. A span keeps at most 128 of them; a string longer than 4,096 characters is cut.
   *
   * @throws {TypeError} if the name is empty, or the value is not a string, a number or a boolean
   */
  setAttribute(name: string, value: AttributeValue): this {
    const type = typeof value;
    if (typeof name !== "string" || name === "" || (type !== "string" && type !== "number" && type !== "boolean")) {
      throw new TypeError(
        `Cannot set the attribute ${Deno.inspect(name)} to ${Deno.inspect(value)}: ` +
          "expected a name, and a string, a number or a boolean",
      );
    }
    if (this.#hasEnded) return this;
    if (!Object.hasOwn(this.#attributes, name) && ++this.#attributeCount > MAX_SPAN_ENTRIES) return this;
    this.#attributes[name] = typeof value === "string" ? value.slice(0, MAX_VALUE_LENGTH) : value;
    return this;
  }

  /** Adds an event that happens now. A span keeps at most 128 of them. */
  addEvent(name: string, attributes: Attributes = {}): this {
    return this.addEventAt(name, nowMs(), attributes);
  }

  /** @ignore */
  addEventAt(name: string, atMs: number, attributes: Attributes = {}): this {
    if (!this.#hasEnded && this.#events.length < MAX_SPAN_ENTRIES) this.#events.push({ name, atMs, attributes });
    return this;
  }

  /** @ignore */
  get traceparent(): string {
    return traceparent(this.traceId, this.spanId);
  }

  /** @ignore */
  get hasChildren(): boolean {
    return this.#hasChildren;
  }

  /** @ignore */
  set name(name: string) {
    this.#name = name;
  }

  /** @ignore */
  set startMs(startMs: number) {
    this.#startMs = startMs;
  }

  /** @ignore */
  child(start: Omit<SpanStart, "parent">): Span {
    return new Span(this.#sink, { ...start, parent: this });
  }

  /**
   * Sets the status `ERROR`.
   *
   * @param type Class of the error, for `error.type`: few different ones
   * @ignore
   */
  fail(message: string, type: string): void {
    this.#error = message.slice(0, MAX_VALUE_LENGTH);
    this.setAttribute("error.type", type);
  }

  /** @ignore */
  end(endMs: number = nowMs()): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#sink({
      traceId: this.traceId,
      spanId: this.spanId,
      parentSpanId: this.#parentSpanId,
      name: this.#name,
      kind: this.#kind,
      startMs: this.#startMs,
      endMs: Math.max(endMs, this.#startMs),
      attributes: this.#attributes,
      events: this.#events.sort((a, b) => a.atMs - b.atMs),
      status: this.#error === null ? "unset" : "error",
      statusMessage: this.#error ?? "",
    });
  }
}
