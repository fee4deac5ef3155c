/**
 * The format for those who scrape Protocol Buffers: length-delimited messages `io.prometheus.client.MetricFamily`, with
 * classic and native histograms. Field numbers are those of `metrics.proto` of prometheus/client_model.
 *
 * @module
 */

import { cumulativeCounts, nativeCounts } from "./counting.ts";
import type { Family, HistogramSample, Labels } from "./families.ts";
import { MessageWriter } from "./protobuf_writer.ts";

/** Buckets 2.2 % wide, which keep percentiles within 1.2 %. */
const SCHEMA = 5;

/** Values of the enum `MetricType`. */
const TYPES = { counter: 0, gauge: 1, histogram: 4 } as const;

/** Returns families as length-delimited messages. */
export function protobufBytes(families: readonly Family[]): Uint8Array<ArrayBuffer> {
  const stream = new MessageWriter();
  for (const family of families) {
    const message = new MessageWriter();
    message.string(1, family.kind === "counter" ? `${family.name}_total` : family.name);
    message.string(2, family.help);
    message.uint(3, TYPES[family.kind]);
    writeMetrics(message, family);
    if (family.unit !== "") message.string(5, family.unit);
    stream.delimited(message.finish());
  }
  return stream.finish();
}

function writeMetrics(message: MessageWriter, family: Family): void {
  if (family.kind === "histogram") {
    for (const sample of family.samples) {
      message.message(4, (metric) => {
        writeLabels(metric, sample.labels);
        metric.message(7, (histogram) => writeHistogram(histogram, sample, family.bounds));
      });
    }
    return;
  }
  const field = family.kind === "gauge" ? 2 : 3;
  for (const { labels, value } of family.samples) {
    message.message(4, (metric) => {
      writeLabels(metric, labels);
      metric.message(field, (number) => number.double(1, value));
    });
  }
}

function writeLabels(metric: MessageWriter, labels: Labels): void {
  for (const [name, value] of labels) {
    metric.message(1, (label) => {
      label.string(1, name);
      label.string(2, value);
    });
  }
}

function writeHistogram(message: MessageWriter, { figures }: HistogramSample, bounds: readonly number[]): void {
  message.uint(1, figures.count);
  message.double(2, figures.sum);
  cumulativeCounts(figures, bounds).forEach((count, index) => {
    message.message(3, (bucket) => {
      bucket.uint(1, count);
      bucket.double(2, bounds[index]!);
    });
  });
  const { zeros, counts } = nativeCounts(figures, SCHEMA);
  message.sint(5, SCHEMA);
  message.double(6, 0);
  message.uint(7, zeros);
  writeSpans(message, counts);
}

/** Writes runs of neighbouring buckets, and the counts of all of them, each as the difference to the one before. */
function writeSpans(message: MessageWriter, counts: ReadonlyMap<number, number>): void {
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
  for (const { offset, length } of spans.length === 0 ? [{ offset: 0, length: 0 }] : spans) {
    message.message(12, (span) => {
      span.sint(1, offset);
      span.uint(2, length);
    });
  }
  message.sints(13, deltas);
}
