import { assert, assertEquals, assertFalse, assertMatch, assertStringIncludes } from "@std/assert";
import { TRANSPORT_NAMES } from "../../../../lib/http/transport.ts";
import { runSource } from "../../../helpers/runs/run.ts";
import { startServer, type TestServer } from "../../../helpers/servers/test_server.ts";

const SOURCE = `
  import { assert, HttpUser } from "@x/locust";
  export class Shopper extends HttpUser {
    async run() {
      const headers = { authorization: "Bearer s3cret" };
      await this.client.post("/login", { json: { name: "ann", password: "s3cret" }, headers });
      await this.client.get("/from");
      await this.client.get("/some");
      (await this.client.get("/fine")).error = "not wanted";
      await this.client.get("/block", async (resp) => assert((await resp.text()) === "bye")).catch(() => {});
      const stream = await this.client.stream("/stream");
      for await (const _ of stream.lines());
      await this.client.get("http://127.0.0.1:9/refused").catch(() => {});
    }
  }
`;

function failingServer(): TestServer {
  let some = 0;
  return startServer((_, url) => {
    if (url.pathname === "/login") return new Response('{"token":"s3cret"}', { status: 401 });
    if (url.pathname === "/from") return Response.redirect(`${url.origin}/gone?access_token=s3cret`);
    if (url.pathname === "/gone") return new Response("gone", { status: 410 });
    if (url.pathname === "/some" && some++ % 10 === 0) return new Response("no", { status: 503 });
    if (url.pathname === "/stream") return new Response("part\n", { status: 500 });
    return new Response("hello");
  });
}

for (const transport of TRANSPORT_NAMES) {
  for (const http of transport === "socket" ? ["1.1", "2"] as const : ["auto"] as const) {
    Deno.test(`--keep-failures keeps the first ones of each row over 4 workers (${transport}, ${http})`, async () => {
      await using server = failingServer();
      const { result } = await runSource(SOURCE, {
        ...{ host: server.url, users: 8, workers: 4, iterations: 40, keepFailures: 6, transport, http },
      });
      const kept = Map.groupBy(result.keptFailures, ({ method, name }) => `${method} ${name}`);
      for (const { method, name, failures } of result.summary.rows) {
        assertEquals(kept.get(`${method} ${name}`)?.length ?? 0, Math.min(6, failures), name);
      }
      assertEquals([...kept.keys()].length, 7);
      const text = JSON.stringify(result.keptFailures);
      assertFalse(text.includes("s3cret"), text);
      const first = (row: string) => kept.get(row)![0]!;
      const { exchange, error, ttlbMs } = first("POST /login");
      assertStringIncludes(exchange, "> authorization: Bearer ***");
      assertStringIncludes(exchange, '> {"name":"ann","password":"***"}');
      assertStringIncludes(exchange, '< {"token":"***"}');
      assert(error.startsWith("401") && ttlbMs > 0);
      assertMatch(first("GET /from").exchange, /redirect 1 to [^]+< gone/);
      assertMatch(first("GET /fine").decidedAt!, /:9$/);
      assertMatch(first("GET /block").exchange, /< hello[^]+FAILED: AssertionError/);
      assertMatch(first("GET /stream").exchange, /< part/);
      assertMatch(first("GET http://127.0.0.1:9/refused").exchange, /no response: [^]+FAILED: /);
      for (const list of kept.values()) {
        const times = list.map(({ atMs }) => atMs);
        assertEquals(times, [...times].sort((a, b) => a - b), "the earliest first");
      }
    });
  }
}

Deno.test("without keepFailures nothing is kept, and with a warm-up nothing of it", async () => {
  let firstMs = 0;
  await using server = startServer((_, url) => {
    firstMs ||= performance.now();
    const isBad = url.pathname === "/bad" || performance.now() - firstMs < 100;
    return new Response("", { status: isBad ? 500 : 200 });
  });
  const run = `export async function run(client) { await client.get("/bad"); }`;
  const { result } = await runSource(run, { host: server.url, iterations: 5 });
  assertEquals([result.summary.total.failures, result.keptFailures], [5, []]);
  firstMs = 0;
  const source = `export async function run(client) { await client.get("/first bad"); }`;
  const warm = await runSource(source, { host: server.url, duration: 1.6, warmUp: 1.4, keepFailures: 3 });
  assert(warm.result.warmUp!.requests > 0);
  assertEquals([warm.result.summary.total.failures, warm.result.keptFailures], [0, []]);
});
