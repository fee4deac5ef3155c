/**
 * Deltas to bytes, in the form of `delta_format.ts`.
 *
 * @module
 */

import type { ArrivalsDelta } from "../../../stats/arrival_counts.ts";
import { CONNECT_PHASES, type ConnectionsDelta } from "../../../stats/connection_times.ts";
import type { ErrorDelta } from "../../../stats/errors/error_counts.ts";
import type { HistogramDelta } from "../../../stats/histogram.ts";
import type { StatsDelta } from "../../../stats/recorder.ts";
import type { SeriesDelta } from "../../../stats/series.ts";
import type { ByteWriter } from "./bytes.ts";
import { encode } from "./codec.ts";
import { MAX_KEPT, type Place, Row } from "./delta_format.ts";

/** Encodes the deltas of one sender, in the order in which they are decoded. */
export class DeltaEncoder {
  readonly #writer: ByteWriter;
  readonly #rows = new Map<string, number>();
  readonly #strings = new Map<string, number>();

  /** @param writer Where to */
  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** Writes a delta. */
  write(delta: StatsDelta): void {
    const { toMs, series, errors, interruptedRequests, connections, arrivals, capWait, checks, measures, ...rest } =
      delta;
    const writer = this.#writer;
    writer.float(toMs);
    writer.varint(interruptedRequests);
    this.#list(series, (row) => this.#row(row));
    this.#list(errors, (error) => this.#error(error));
    this.#list(checks, ({ name, passed, failed }) => {
      this.#string(name);
      writer.varint(passed);
      writer.varint(failed);
    });
    this.#list(measures, ({ name, unit, values }) => {
      this.#string(name);
      this.#string(unit);
      this.#values(values.count, values.sum, values.min, values.max, values.buckets);
    });
    if (this.#has(connections)) this.#connections(connections);
    if (this.#has(arrivals)) this.#arrivals(arrivals);
    if (this.#has(capWait)) this.#histogram(capWait);
    const isMore = Object.values(rest).some((value) => value !== undefined);
    writer.bytes(isMore ? encode(rest) : new Uint8Array(0));
  }

  #row(row: SeriesDelta): void {
    const writer = this.#writer;
    const { untimed = 0, redirects, repeats, tail, protocols = 0, service, statuses } = row;
    this.#place(row);
    const hasMore = untimed + redirects + repeats + tail + protocols > 0;
    writer.byte(
      (row.inTotal ? Row.inTotal : 0) + (row.bytesEstimated ? Row.bytesEstimated : 0) +
        (service === null ? 0 : Row.hasService) + (hasMore ? Row.hasMore : 0),
    );
    writer.signed(row.failures);
    writer.number(row.bytesReceived);
    if (hasMore) { for (const count of [untimed, redirects, repeats, tail, protocols]) writer.varint(count); }
    this.#list(statuses, ([status, count]) => {
      writer.signed(status);
      writer.varint(count);
    });
    this.#histogram(row.histogram);
    if (service !== null) this.#histogram(service);
  }

  #place({ method, name, userClass }: Place): void {
    const key = `${userClass}\n${method} ${name}`;
    if (this.#isKnown(this.#rows, key)) return;
    for (const text of [method, name, userClass]) this.#writer.string(text);
  }

  #string(text: string): void {
    if (!this.#isKnown(this.#strings, text)) this.#writer.string(text);
  }

  /** Writes the reference of a known one, or that a new one follows. */
  #isKnown(known: Map<string, number>, key: string): boolean {
    const reference = known.get(key) ?? 0;
    this.#writer.varint(reference);
    if (reference === 0 && known.size < MAX_KEPT) known.set(key, known.size + 1);
    return reference > 0;
  }

  #error({ method, name, userClass, where, text, example, traceId, change, firstMs, lastMs, times }: ErrorDelta): void {
    this.#place({ method, name, userClass });
    this.#optional(where);
    this.#string(text);
    this.#optional(example);
    if (this.#has(traceId)) this.#writer.string(traceId); // each is another one
    this.#writer.signed(change);
    this.#writer.float(firstMs);
    this.#writer.float(lastMs);
    if (this.#has(times ?? null)) this.#changes(times!);
  }

  /** Writes a histogram whose counts may be negative. */
  #changes({ count, sumUs, minUs, maxUs, buckets }: HistogramDelta): void {
    const writer = this.#writer;
    writer.signed(count);
    for (const figure of [sumUs, minUs, maxUs]) writer.number(figure);
    writer.varint(buckets.length / 2);
    let last = 0;
    for (let at = 0; at < buckets.length; at += 2) {
      writer.signed(buckets[at]! - last);
      writer.signed(buckets[at + 1]!);
      last = buckets[at]!;
    }
  }

  #optional(text: string | null): void {
    if (this.#has(text)) this.#string(text);
  }

  #connections({ count, handshakes, phases }: ConnectionsDelta): void {
    for (const one of [count, handshakes.full, handshakes.resumed]) this.#writer.varint(one);
    for (const phase of CONNECT_PHASES) {
      const times = phases[phase] ?? null;
      if (this.#has(times)) this.#histogram(times);
    }
  }

  #arrivals({ started, late, dropped, lateness }: ArrivalsDelta): void {
    for (const count of [started, late, dropped]) this.#writer.varint(count);
    this.#histogram(lateness);
  }

  #histogram({ count, sumUs, minUs, maxUs, buckets }: HistogramDelta): void {
    this.#values(count, sumUs, minUs, maxUs, buckets);
  }

  #values(count: number, sum: number, min: number, max: number, buckets: Float64Array): void {
    const writer = this.#writer;
    writer.varint(count);
    for (const figure of [sum, min, max]) writer.number(figure);
    writer.varint(buckets.length / 2);
    let last = 0;
    for (let at = 0; at < buckets.length; at += 2) {
      writer.signed(buckets[at]! - last);
      writer.varint(buckets[at + 1]!);
      last = buckets[at]!;
    }
  }

  #has<T>(value: T | null): value is T {
    this.#writer.byte(value === null ? 0 : 1);
    return value !== null;
  }

  #list<T>(items: readonly T[], write: (item: T) => void): void {
    this.#writer.varint(items.length);
    for (const item of items) write(item);
  }
}
