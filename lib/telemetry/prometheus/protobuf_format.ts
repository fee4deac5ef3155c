/**
 * The format for those who scrape Protocol Buffers: length-delimited messages `io.prometheus.client.MetricFamily`, with
 * classic and native histograms. Fields are those of `metrics.proto` of prometheus/client_model.
 *
 * @module
 */

import { encodeProtobuf, type Message, type Schema } from "../otlp/protobuf.ts";
import { cumulativeCounts, nativeCounts } from "./counting.ts";
import type { Family, HistogramSample, Labels } from "./families.ts";

/** Buckets 2.2 % wide, which keep percentiles within 1.2 %. */
const SCHEMA = 5;

/** Values of the enum `MetricType`. */
const TYPES = { counter: 0, gauge: 1, histogram: 4 } as const;

const NUMBER: Schema = { value: { id: 1, type: "double" } };
const LABEL: Schema = { name: { id: 1, type: "string" }, value: { id: 2, type: "string" } };
const BUCKET: Schema = { cumulativeCount: { id: 1, type: "uint64" }, upperBound: { id: 2, type: "double" } };
const SPAN: Schema = { offset: { id: 1, type: "sint32" }, length: { id: 2, type: "uint32" } };
const HISTOGRAM: Schema = {
  sampleCount: { id: 1, type: "uint64" },
  sampleSum: { id: 2, type: "double" },
  bucket: { id: 3, type: BUCKET, isRepeated: true },
  schema: { id: 5, type: "sint32" },
  zeroThreshold: { id: 6, type: "double" },
  zeroCount: { id: 7, type: "uint64" },
  positiveSpan: { id: 12, type: SPAN, isRepeated: true },
  positiveDelta: { id: 13, type: "sint64", isRepeated: true },
};
const METRIC: Schema = {
  label: { id: 1, type: LABEL, isRepeated: true },
  gauge: { id: 2, type: NUMBER },
  counter: { id: 3, type: NUMBER },
  histogram: { id: 7, type: HISTOGRAM },
};
const FAMILY: Schema = {
  name: { id: 1, type: "string" },
  help: { id: 2, type: "string" },
  type: { id: 3, type: "enum" },
  metric: { id: 4, type: METRIC, isRepeated: true },
  unit: { id: 5, type: "string" },
};

/** Returns families as messages, each with its length before it. */
export function protobufBytes(families: readonly Family[]): Uint8Array<ArrayBuffer> {
  const parts = families.flatMap((family) => {
    const bytes = encodeProtobuf(FAMILY, familyMessage(family));
    return [lengthPrefix(bytes.length), bytes];
  });
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

function lengthPrefix(length: number): Uint8Array {
  const bytes: number[] = [];
  for (; length > 0x7f; length >>>= 7) bytes.push(length & 0x7f | 0x80);
  return Uint8Array.from([...bytes, length]);
}

function familyMessage(family: Family): Message {
  const { name, help, unit, kind } = family;
  return {
    name: kind === "counter" ? `${name}_total` : name,
    help,
    type: TYPES[kind],
    metric: family.kind === "histogram"
      ? family.samples.map((sample) => ({
        label: labelMessages(sample.labels),
        histogram: histogramMessage(sample, family.bounds),
      }))
      : family.samples.map(({ labels, value }) => ({ label: labelMessages(labels), [kind]: { value } })),
    ...(unit === "" ? {} : { unit }),
  };
}

function labelMessages(labels: Labels): Message[] {
  return labels.map(([name, value]) => ({ name, value }));
}

function histogramMessage({ figures }: HistogramSample, bounds: readonly number[]): Message {
  const { zeros, counts } = nativeCounts(figures, SCHEMA);
  return {
    sampleCount: figures.count,
    sampleSum: figures.sum,
    bucket: cumulativeCounts(figures, bounds).map((count, index) => ({
      cumulativeCount: count,
      upperBound: bounds[index],
    })),
    schema: SCHEMA,
    zeroThreshold: 0,
    zeroCount: zeros,
    ...spansOf(counts),
  };
}

/** Returns runs of neighbouring buckets, and the counts of all of them, each as the difference to the one before. */
function spansOf(counts: ReadonlyMap<number, number>): Message {
  const spans: { offset: number; length: number }[] = [];
  const deltas: number[] = [];
  let [next, last] = [0, 0];
  for (const [index, count] of counts) {
    const current = spans.at(-1);
    if (current !== undefined && index === next) current.length++;
    else spans.push({ offset: index - next, length: 1 });
    deltas.push(count - last);
    [next, last] = [index + 1, count];
  }
  // A span without buckets marks a native histogram that has none.
  return { positiveSpan: spans.length === 0 ? [{ offset: 0, length: 0 }] : spans, positiveDelta: deltas };
}
