import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { newSpanId, newTraceId, traceparent } from "../../lib/spans/ids.ts";
import { MAX_SPAN_ENTRIES, MAX_VALUE_LENGTH, Span } from "../../lib/spans/span.ts";
import { SpanBuffer } from "../../lib/spans/span_buffer.ts";
import type { SpanRecord } from "../../lib/spans/span_record.ts";
import { UserTrace } from "../../lib/spans/user_trace.ts";

/** Returns a span that has ended. */
function recordOf(build: (span: Span) => void): SpanRecord {
  const records: SpanRecord[] = [];
  const span = new Span((record) => records.push(record), { name: "GET /", startMs: 1000 });
  build(span);
  span.end(1500);
  assertEquals(records.length, 1);
  return records[0]!;
}

Deno.test("ids are hexadecimal, of the length that the W3C asks for, and differ", () => {
  const traces = Array.from({ length: 2000 }, newTraceId);
  const spans = Array.from({ length: 2000 }, newSpanId);
  for (const id of traces) assertMatch(id, /^[0-9a-f]{32}$/);
  for (const id of spans) assertMatch(id, /^[0-9a-f]{16}$/);
  assertEquals(new Set([...traces, ...spans]).size, 4000);
});

Deno.test("traceparent() is the header of the W3C's own example", () => {
  assertEquals(
    traceparent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"),
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  );
});

Deno.test("a span has its times, attributes, events and status", () => {
  const record = recordOf((span) => {
    span.setAttribute("order", 7).setAttribute("isPaid", true).setAttribute("order", 8);
    span.addEventAt("sent", 1200, { bytes: 5 });
    span.fail("500", "500");
  });
  const { traceId: _, spanId: __, ...others } = record;
  assertEquals(others, {
    ...{ parentSpanId: "", name: "GET /", kind: "internal", startMs: 1000, endMs: 1500 },
    attributes: { order: 8, isPaid: true, "error.type": "500" },
    events: [{ name: "sent", atMs: 1200, attributes: { bytes: 5 } }],
    ...{ status: "error", statusMessage: "500" },
  });
});

Deno.test("a child is in the trace of its parent", () => {
  const records: SpanRecord[] = [];
  const root = new Span((record) => records.push(record), { name: "run" });
  const child = root.child({ name: "GET /", kind: "client" });
  child.end();
  root.end();
  assertEquals([child.traceId, records[0]!.parentSpanId, records[1]!.parentSpanId], [root.traceId, root.spanId, ""]);
});

Deno.test("a span ends once, and ignores what comes later", () => {
  const record = recordOf((span) => {
    span.end(1100);
    span.setAttribute("late", 1).addEvent("late");
  });
  assertEquals([record.endMs, record.attributes, record.events], [1100, {}, []]);
});

Deno.test("a span keeps a bounded number of attributes and events, and of characters", () => {
  const { attributes, events } = recordOf((span) => {
    for (let index = 0; index < 2 * MAX_SPAN_ENTRIES; index++) span.setAttribute(`a${index}`, "x".repeat(10_000));
    for (let index = 0; index < 2 * MAX_SPAN_ENTRIES; index++) span.addEvent(`e${index}`);
    span.setAttribute("a0", "again");
  });
  assertEquals([Object.keys(attributes).length, events.length], [MAX_SPAN_ENTRIES, MAX_SPAN_ENTRIES]);
  assertEquals([attributes["a0"], String(attributes["a1"]).length], ["again", MAX_VALUE_LENGTH]);
});

Deno.test("setAttribute() refuses what no exporter could send", () => {
  recordOf((span) => {
    for (const wrong of [undefined, null, {}, 1n]) {
      assertThrows(() => span.setAttribute("name", wrong as unknown as string), TypeError, "Cannot set the attribute");
    }
    assertThrows(() => span.setAttribute("", 1), TypeError, 'Cannot set the attribute "" to 1');
  });
});

Deno.test("a buffer of spans drops and counts what it cannot hold, between two reports", () => {
  const span = recordOf(() => {});
  const buffer = new SpanBuffer(3);
  assertEquals(buffer.take(), null);
  for (let index = 0; index < 5; index++) buffer.add(span);
  assertEquals(buffer.take(), { spans: [span, span, span], dropped: 2 });
  assertEquals(buffer.take(), null);
  buffer.addBatch({ spans: [span, span], dropped: 7 });
  buffer.addBatch({ spans: [span, span], dropped: 0 });
  assertEquals(buffer.take(), { spans: [span, span, span], dropped: 8 });
});

Deno.test("iterations are sampled by the ratio, and a hook only with what is in it", () => {
  const records: SpanRecord[] = [];
  let drawn = 0;
  const random = () => (drawn++ % 10) / 10;
  const trace = new UserTrace({ ratio: 0.3, sink: (record) => records.push(record), random }, "Shopper", 3);
  for (let index = 0; index < 100; index++) {
    trace.begin(true);
    trace.end("run");
  }
  assertEquals(records.length, 30);
  const [root] = records;
  assertEquals([root!.name, root!.attributes], ["Shopper.run", { "locust.user_class": "Shopper", "locust.user": 3 }]);
  assertEquals(new Set(records.map(({ traceId }) => traceId)).size, 30);
  trace.begin(false);
  trace.end("onStart");
  assertEquals(records.length, 30);
  trace.begin(false);
  trace.current!.child({ name: "GET /" }).end();
  trace.end("onStart");
  assertEquals(records.slice(30).map(({ name }) => name), ["GET /", "Shopper.onStart"]);
});
