/**
 * Bytes to deltas, in the form of `delta_format.ts`.
 *
 * @module
 */

import type { ArrivalsDelta } from "../../../stats/arrival_counts.ts";
import { CONNECT_PHASES, type ConnectionsDelta } from "../../../stats/connection_times.ts";
import type { ErrorDelta } from "../../../stats/errors/error_counts.ts";
import { BUCKETS, type HistogramDelta } from "../../../stats/histogram.ts";
import { seriesKey, type StatsDelta } from "../../../stats/recorder.ts";
import type { SeriesDelta } from "../../../stats/series.ts";
import type { MeasureDelta } from "../../../stats/values/measures.ts";
import type { ValueDelta } from "../../../stats/values/value_histogram.ts";
import type { ByteReader } from "./bytes.ts";
import { decode } from "./codec.ts";
import { DELTA_REST } from "../news_shapes.ts";
import { LEAST, MAX_KEPT, type Place, Row } from "./delta_format.ts";

/** A row's names, and the keys that follow from them: in no total, and in it. */
interface KnownPlace extends Place {
  readonly keys: readonly [string, string];
}

/** Decodes the deltas of one sender, in the order in which they were encoded. */
export class DeltaDecoder {
  readonly #rows: KnownPlace[] = [];
  readonly #strings: string[] = [];

  /**
   * Reads a delta.
   *
   * @throws {SyntaxError} if it is none
   */
  read(reader: ByteReader): StatsDelta {
    return {
      toMs: finite(reader.float()),
      interruptedRequests: reader.varint(),
      series: this.#list(reader, LEAST.row, () => this.#row(reader)),
      errors: this.#list(reader, LEAST.error, () => this.#error(reader)),
      checks: this.#list(reader, LEAST.check, () => ({
        name: this.#string(reader),
        passed: reader.varint(),
        failed: reader.varint(),
      })),
      measures: this.#list(reader, LEAST.measure, () => ({
        name: this.#string(reader),
        unit: unitOf(this.#string(reader)),
        values: this.#values(reader),
      })),
      connections: has(reader) ? this.#connections(reader) : null,
      arrivals: has(reader) ? this.#arrivals(reader) : null,
      capWait: has(reader) ? this.#histogram(reader) : null,
      ...this.#rest(reader),
    };
  }

  #row(reader: ByteReader): SeriesDelta {
    const { method, name, userClass, keys } = this.#place(reader);
    const bits = reader.byte();
    const [failures, bytesReceived] = [reader.signed(), reader.number()];
    const hasMore = (bits & Row.hasMore) > 0;
    const more = () => hasMore ? reader.varint() : 0;
    return {
      method,
      name,
      userClass,
      failures,
      bytesReceived,
      inTotal: (bits & Row.inTotal) > 0,
      key: keys[bits & Row.inTotal]!,
      bytesEstimated: (bits & Row.bytesEstimated) > 0,
      untimed: more(),
      redirects: more(),
      repeats: more(),
      tail: more(),
      protocols: more(),
      statuses: this.#list(reader, LEAST.status, () => [reader.signed(), reader.varint()] as const),
      histogram: this.#histogram(reader),
      service: (bits & Row.hasService) > 0 ? this.#histogram(reader) : null,
    };
  }

  #place(reader: ByteReader): KnownPlace {
    return this.#known(this.#rows, reader, () => {
      const [method, name, userClass] = [reader.string(), reader.string(), reader.string()];
      const keyIn = (inTotal: boolean) => seriesKey(method, name, userClass, inTotal);
      return { method, name, userClass, keys: [keyIn(false), keyIn(true)] };
    });
  }

  #string(reader: ByteReader): string {
    return this.#known(this.#strings, reader, () => reader.string());
  }

  #known<T>(known: T[], reader: ByteReader, read: () => T): T {
    const reference = reader.varint();
    if (reference > known.length) throw new SyntaxError("Cannot decode a report: it names what was not sent");
    if (reference > 0) return known[reference - 1]!;
    const added = read();
    if (known.length < MAX_KEPT) known.push(added);
    return added;
  }

  #error(reader: ByteReader): ErrorDelta {
    return {
      ...namesOf(this.#place(reader)),
      where: this.#optional(reader),
      text: this.#string(reader),
      example: this.#optional(reader),
      traceId: has(reader) ? reader.string() : null,
      change: reader.signed(),
      firstMs: reader.float(),
      lastMs: reader.float(),
      times: has(reader) ? this.#changes(reader) : null,
    };
  }

  #changes(reader: ByteReader): HistogramDelta {
    const [count, sumUs, minUs, maxUs] = [reader.signed(), reader.number(), reader.number(), reader.number()];
    return { count, sumUs, minUs, maxUs, buckets: this.#changedBuckets(reader) };
  }

  #optional(reader: ByteReader): string | null {
    return has(reader) ? this.#string(reader) : null;
  }

  #connections(reader: ByteReader): ConnectionsDelta {
    const [count, full, resumed] = [reader.varint(), reader.varint(), reader.varint()];
    const phases: { -readonly [Phase in keyof ConnectionsDelta["phases"]]: HistogramDelta } = {};
    for (const phase of CONNECT_PHASES) if (has(reader)) phases[phase] = this.#histogram(reader);
    return { count, handshakes: { full, resumed }, phases };
  }

  #arrivals(reader: ByteReader): ArrivalsDelta {
    const [started, late, dropped] = [reader.varint(), reader.varint(), reader.varint()];
    return { started, late, dropped, lateness: this.#histogram(reader) };
  }

  #histogram(reader: ByteReader): HistogramDelta {
    const { count, sum, min, max, buckets } = this.#values(reader, BUCKETS);
    return { count, sumUs: sum, minUs: min, maxUs: max, buckets };
  }

  #values(reader: ByteReader, places = Infinity): ValueDelta {
    const [count, sum, min, max] = [reader.varint(), reader.number(), reader.number(), reader.number()];
    return { count, sum, min, max, buckets: reader.buckets(places) };
  }

  /** Reads buckets whose counts may have gone down. */
  #changedBuckets(reader: ByteReader): Float64Array<ArrayBuffer> {
    const buckets = new Float64Array(2 * reader.count(LEAST.bucket));
    let index = 0;
    for (let at = 0; at < buckets.length; at += 2) {
      index += reader.signed();
      if (index < 0 || index >= BUCKETS) throw new SyntaxError("Cannot decode a report: a bucket has no place");
      buckets[at] = index;
      buckets[at + 1] = reader.signed();
    }
    return buckets;
  }

  #rest(reader: ByteReader): Partial<StatsDelta> {
    const bytes = reader.bytes();
    if (bytes.length === 0) return {};
    const rest = decode(bytes);
    if (!DELTA_REST(rest)) throw new SyntaxError("Cannot decode a report: a delta has another shape than expected");
    const { keptFailures } = rest as Pick<StatsDelta, "keptFailures">;
    return keptFailures === undefined ? {} : { keptFailures };
  }

  #list<T>(reader: ByteReader, leastBytes: number, read: () => T): T[] {
    const items: T[] = [];
    for (let left = reader.count(leastBytes); left > 0; left--) items.push(read());
    return items;
  }
}

function namesOf({ method, name, userClass }: Place): Place {
  return { method, name, userClass };
}

function unitOf(text: string): MeasureDelta["unit"] {
  if (text !== "" && text !== "ms") throw new SyntaxError("Cannot decode a report: unknown unit of a measure");
  return text;
}

function finite(number: number): number {
  if (!Number.isFinite(number)) throw new SyntaxError("Cannot decode a report: expected its end to be a finite number");
  return number;
}

function has(reader: ByteReader): boolean {
  return reader.byte() > 0;
}
