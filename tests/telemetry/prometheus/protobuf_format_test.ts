import { assertAlmostEquals, assertEquals } from "@std/assert";
import { protobufBytes } from "../../../lib/telemetry/prometheus/protobuf_format.ts";
import { families, ODD_NAME } from "./sample_families.ts";

/** Fields of a message by number: varints as they are, doubles as such, everything else as bytes. */
type Fields = Map<number, (number | Uint8Array)[]>;

class Reader {
  #at = 0;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): number {
    for (let value = 0, scale = 1;; scale *= 0x80) {
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  bytes(): Uint8Array {
    const length = this.varint();
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  double(): number {
    this.#at += 8;
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getFloat64(this.#at - 8, true);
  }
}

function fieldsOf(bytes: Uint8Array): Fields {
  const [reader, fields] = [new Reader(bytes), new Map() as Fields];
  while (!reader.isAtEnd) {
    const tag = reader.varint();
    const value = [() => reader.varint(), () => reader.double(), () => reader.bytes()][tag & 7]!();
    fields.set(tag >> 3, [...fields.get(tag >> 3) ?? [], value]);
  }
  return fields;
}

const messages = (fields: Fields, field: number) => (fields.get(field) ?? []).map((one) => fieldsOf(one as Uint8Array));
const text = (value: unknown) => new TextDecoder().decode(value as Uint8Array);
const unzigzag = (value: number) => value % 2 === 0 ? value / 2 : -(value + 1) / 2;

/** Returns the families of a stream by name. */
function read(bytes: Uint8Array): Map<string, Fields> {
  const reader = new Reader(bytes);
  const found = new Map<string, Fields>();
  while (!reader.isAtEnd) {
    const family = fieldsOf(reader.bytes());
    found.set(text(family.get(1)![0]), family);
  }
  return found;
}

/** Returns the count of each native bucket by its index. */
function nativeBuckets(histogram: Fields): Map<number, number> {
  const deltas = new Reader(histogram.get(13)![0] as Uint8Array);
  const counts = new Map<number, number>();
  let [index, count] = [0, 0];
  for (const span of messages(histogram, 12)) {
    index += unzigzag(span.get(1)![0] as number);
    for (let left = span.get(2)![0] as number; left > 0; left--) {
      count += unzigzag(deltas.varint());
      counts.set(index++, count);
    }
  }
  return counts;
}

Deno.test("protobufBytes() has classic and native buckets of each row, with exact count and sum", () => {
  const family = read(protobufBytes(families())).get("http_client_request_duration_seconds")!;
  assertEquals([family.get(3), text(family.get(5)![0])], [[4], "seconds"]);
  const [metric] = messages(family, 4);
  const labels = messages(metric!, 1).map((label) => [text(label.get(1)![0]), text(label.get(2)![0])]);
  assertEquals(labels, [["locust_row", "/a"], ["http_request_method", "GET"]]);
  const [histogram] = messages(metric!, 7);
  assertEquals([histogram!.get(1), histogram!.get(2)], [[100], [5.05]]);
  const classic = messages(histogram!, 3).map((bucket) => bucket.get(1)![0]);
  assertEquals([classic.length, classic.at(-1)], [289, 100]);
  assertEquals([unzigzag(histogram!.get(5)![0] as number), histogram!.get(7)], [5, [0]]);
  const buckets = [...nativeBuckets(histogram!)];
  assertEquals(buckets.reduce((sum, [, count]) => sum + count, 0), 100);
  // The buckets' ends hold the least and the greatest time between them.
  assertAlmostEquals(2 ** (buckets[0]![0] / 32), 0.001, 0.0001);
  assertAlmostEquals(2 ** (buckets.at(-1)![0] / 32), 0.1, 0.003);
});

Deno.test("protobufBytes() writes counters and gauges, and any name", () => {
  const all = read(protobufBytes(families()));
  const failure = messages(all.get("locust_failures_total")!, 4)[0]!;
  assertEquals(messages(failure, 1).map((label) => text(label.get(2)![0])), [ODD_NAME, "POST", "Shopper", "404"]);
  assertEquals(messages(failure, 3)[0]!.get(1), [1]);
  assertEquals(all.get("locust_failures_total")!.get(3), [0]);
  assertEquals(messages(messages(all.get("locust_users")!, 4)[0]!, 2)[0]!.get(1), [0]);
});

Deno.test("protobufBytes() marks a native histogram without buckets", () => {
  const figures = { count: 0, sum: 0, min: 0, max: 0, values: [] };
  const head = { name: "times_seconds", unit: "seconds", help: "", kind: "histogram", bounds: [1] } as const;
  const family = read(protobufBytes([{ ...head, samples: [{ labels: [], figures }] }])).get("times_seconds")!;
  const span = messages(messages(messages(family, 4)[0]!, 7)[0]!, 12);
  assertEquals(span.map((one) => [one.get(1), one.get(2)]), [[[0], [0]]]);
});
