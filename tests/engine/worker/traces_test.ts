// Traces of whole runs: what the server saw and what was exported are the same.

import { assert, assertEquals } from "@std/assert";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import type { SpanRecord } from "../../../lib/spans/span_record.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const SHOP = `
  import { HttpUser } from "@x/locust";
  export class Shopper extends HttpUser {
    async onStart() { await this.client.post("/login"); }
    async run() {
      await this.client.get("/");
      await this.step("buy", async () => {
        const response = await this.client.get("/redirect/1");
        response.span?.setAttribute("cart", this.id);
        await this.client.get("/status/500");
      });
    }
    async onStop() { await this.client.post("/logout"); }
  }
`;

/** Runs a script, and returns its result, its spans, and the header of each request that the server saw. */
async function traced(source: string, options: RunnerOptions) {
  await using server = startServer();
  const spans: SpanRecord[] = [];
  const observers = [{ onSpans: (batch: { spans: readonly SpanRecord[] }) => void spans.push(...batch.spans) }];
  const { result } = await runSource(source, { host: server.url, ...options }, { observers });
  const headers = server.requests.map((request) => request.headers.get("traceparent"));
  return { result, spans, headers };
}

Deno.test("with a ratio of 1, spans equal the requests that the server saw (PARITY 58)", async () => {
  const { result, spans, headers } = await traced(SHOP, { traceRatio: 1, users: 4, workers: 2, iterations: 40 });
  const sent = spans.filter(({ kind }) => kind === "client");
  assertEquals(headers.toSorted(), sent.map(({ traceId, spanId }) => `00-${traceId}-${spanId}-01`).toSorted());
  const rows = new Map<string, number>();
  for (const { name, attributes } of sent) {
    if (attributes["http.request.resend_count"] === undefined) rows.set(name, (rows.get(name) ?? 0) + 1);
  }
  const counted = result.summary.rows.filter(({ method }) => method !== "STEP");
  assertEquals(
    Object.fromEntries(rows),
    Object.fromEntries(counted.map(({ method, name, count }) => [`${method} ${name}`, count])),
  );
  const roots = spans.filter(({ parentSpanId }) => parentSpanId === "");
  const named = Object.groupBy(roots, ({ name }) => name);
  assertEquals(Object.entries(named).map(([name, list]) => [name, list!.length]).toSorted(), [
    ["Shopper.onStart", 4],
    ["Shopper.onStop", 4],
    ["Shopper.run", 40],
  ]);
  assertEquals(result.spans, { recorded: spans.length, dropped: 0 });
});

Deno.test("each span is inside its parent, and those of a step are its children (PARITY 79)", async () => {
  const { spans } = await traced(SHOP, { traceRatio: 1, users: 2, workers: 1, iterations: 6 });
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const step = spans.filter(({ name }) => name === "buy");
  assertEquals(step.length, 6);
  for (const span of spans) {
    if (span.parentSpanId === "") continue;
    const parent = byId.get(span.parentSpanId);
    assert(parent !== undefined && parent.traceId === span.traceId, span.name);
    assert(parent.startMs <= span.startMs && span.endMs <= parent.endMs + 0.001, `${span.name} in ${parent.name}`);
  }
  for (const { spanId, status, traceId } of step) {
    const inside = spans.filter(({ parentSpanId }) => parentSpanId === spanId);
    assertEquals(inside.map(({ name }) => name), ["GET /redirect/1", "GET /status/500"]);
    assertEquals(status, "error");
    assert(spans.some(({ name, traceId: other }) => name === "Shopper.run" && other === traceId));
  }
});

Deno.test("sampling takes whole iterations: those of about the ratio, and no request of others", async () => {
  const options = { traceRatio: 0.5, users: 4, workers: 2, iterations: 400, only: "Plain" };
  const source = `
    import { HttpUser } from "@x/locust";
    export class Plain extends HttpUser { async run() { await this.client.get("/a"); await this.client.get("/b"); } }
  `;
  const { spans, headers } = await traced(source, options);
  const roots = spans.filter(({ name }) => name === "Plain.run");
  // 400 tosses of a coin: less than 1 in 10^9 runs is outside.
  assert(roots.length > 140 && roots.length < 260, `${roots.length} of 400`);
  assertEquals(headers.filter((header) => header !== null).length, 2 * roots.length);
  assertEquals(spans.length, 3 * roots.length);
});

Deno.test("without a ratio nothing is sent or recorded; with traceparent alone the header is", async () => {
  const off = await traced(SHOP, { users: 1, iterations: 3 });
  assertEquals([off.spans, off.result.spans, off.headers.every((header) => header === null)], [[], null, true]);
  assert(off.result.summary.errors.every(({ traceId }) => traceId === null));
  const source = `export async function run(client, user) {
    const response = await client.get("/status/500");
    response.span.setAttribute("order", 1);
    await user.step("s", () => client.get("/" + response.traceId));
  }`;
  const { spans, headers, result } = await traced(source, { users: 1, iterations: 3, traceparent: true });
  assertEquals([spans, result.spans, headers.length], [[], null, 6]);
  const traces = headers.map((header) => /^00-([0-9a-f]{32})-[0-9a-f]{16}-01$/.exec(header!)![1]!);
  assertEquals(new Set(traces).size, 3);
  const [error] = result.summary.errors;
  assertEquals([error!.count, error!.traceId], [3, traces[0]!]);
  const named = result.summary.rows.map(({ name }) => name).filter((name) => /^\/[0-9a-f]{32}$/.test(name));
  assertEquals(named.toSorted(), [...new Set(traces)].map((id) => `/${id}`).toSorted());
});

Deno.test("errors of user code, custom samples and what the end cuts off have their trace", async () => {
  const source = `
    import { sleep } from "@x/locust";
    export async function run(client, user) {
      user.record({ name: "query", method: "SQL", ttlb: 0.001, error: "no table" });
      if (user.id === 0) throw new RangeError("bad id");
      await client.get("/delay/600");
    }
  `;
  const { spans, result } = await traced(source, {
    traceRatio: 1,
    users: 2,
    workers: 1,
    duration: 0.3,
    stopTimeout: 0.1,
  });
  const sql = spans.find(({ name }) => name === "SQL query")!;
  assertEquals([sql.status, sql.statusMessage, sql.kind], ["error", "no table", "internal"]);
  const failed = spans.find(({ statusMessage, parentSpanId }) =>
    parentSpanId === "" && statusMessage.startsWith("bad")
  );
  assertEquals(failed!.attributes["error.type"], "bad id (locustfile.ts:5)");
  const bad = result.summary.errors.find(({ text }) => text.startsWith("bad id"))!;
  assert(spans.some(({ traceId, statusMessage }) => traceId === bad.traceId && statusMessage === bad.text));
  const cut = spans.filter(({ attributes }) => attributes["error.type"] === "interrupted");
  assertEquals(cut.map(({ name }) => name).toSorted(), ["GET /delay/600", "User.run"]);
  assertEquals(cut[0]!.traceId, cut[1]!.traceId);
});

Deno.test("spans beyond what a worker keeps are dropped, counted and warned of", async () => {
  const source = `
    export async function run(_, user) {
      for (let index = 0; index < 6000; index++) user.record({ name: "x", ttlb: 0 });
    }
  `;
  const { spans, result } = await traced(source, { traceRatio: 1, users: 1, workers: 1, iterations: 1 });
  assert(spans.length >= 4096 && spans.length < 6001);
  assertEquals(result.spans, { recorded: spans.length, dropped: 6001 - spans.length });
  assert(result.warnings.some((text) => text.startsWith(`${6001 - spans.length} of 6001 spans were dropped`)));
  assertEquals(result.exitCode, 0);
});
