import { assertEquals, assertGreaterOrEqual, assertStringIncludes } from "@std/assert";
import { Runner } from "../../../lib/engine/run/runner.ts";
import { importFiles } from "../../../lib/import/import_file.ts";
import { imported, importError } from "../../helpers/runs/imported.ts";
import { locustfile } from "../../helpers/runs/run.ts";

const line = (time: string, request: string, status = 200) =>
  `203.0.113.9 - - [10/Oct/2025:${time} +0200] "${request} HTTP/1.1" ${status} 2326`;

const LOG = [
  line("13:00:00", "GET /"),
  line("13:00:00", "GET /style.css?v=3"),
  line("13:00:01", "GET /item/7"),
  line("13:00:01", "GET /item/8?a=1&token=abc"),
  line("13:00:02", "POST /cart", 302),
  line("13:00:02", "GET /missing", 404),
  "not a line",
  line("13:00:04", "GET /"),
].join("\n");

Deno.test("locust import of an access log is a mix of its rows, without static files and failures", async () => {
  const source = await imported(LOG);
  for (
    const part of [
      "// Imported from the access log x: 7 requests.\n",
      "// Left out: 1 request, static files.\n",
      "// Left out: 1 request, answered with 4xx or 5xx.\n",
      "// Left out: line 7, not a request.\n",
      "// The log has 1.8/s on average: --arrival-rate 1.8/s sends as much.\n",
      "    getHome: 2,\n    getItemId: 2,\n    postCart: 1,\n",
      'const GET_ITEM_ID_TARGETS = ["/item/7", `/item/8?a=1&token=${TOKEN}`];\n',
      `this.client.get(pick(GET_ITEM_ID_TARGETS), { name: "/item/:id" });\n`,
      `  // The log has no bodies: add one.\n  async postCart() {\n    await this.client.post("/cart");\n`,
    ]
  ) assertStringIncludes(source, part);
});

Deno.test("locust import of an access log keeps the 50 most frequent rows and 20 targets of each", async () => {
  const letters = "abcdefghij";
  const rows = [...letters].flatMap((one) => [...letters].map((two) => line("13:00:00", `GET /row-${one}${two}`)));
  const items = Array.from({ length: 30 }, (_, id) => line("13:00:00", `GET /item/${id}`));
  const source = await imported([...rows, ...items].join("\n"));
  assertEquals(source.match(/^ {2}async /gm)?.length, 50);
  assertStringIncludes(source, "// Left out: 51 requests, of rows after the 50 most frequent ones.\n");
  assertStringIncludes(source, "// The 20 most frequent of 30\n");
});

Deno.test("locust import --replay sends each request once, in order, at its instant, and the run ends", async () => {
  const [seen, timesMs]: [string[], number[]] = [[], []];
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    const { pathname, search } = new URL(request.url);
    timesMs.push(performance.now());
    seen.push(`${request.method} ${pathname}${search}`);
    return new Response("", { status: pathname === "/missing" ? 404 : 200 });
  });
  const requests = ["GET /", "GET /a,b?c=%22", "POST /cart", "GET /missing", "GET /item/7"];
  // Not in whole seconds, so that the times are taken as they are; not in order.
  const lines = requests.map((request, index) => {
    const status = request.endsWith("missing") ? 404 : 200;
    return JSON.stringify({ ts: 1760097336.25 + index * 0.3, request: `${request} HTTP/1.1`, status });
  });
  const log = { name: "x", text: lines.toReversed().join("\n") };
  const { locustfile: source, data } = await importFiles(log, { replay: "r.csv" });
  await using file = await locustfile(source, { [data!.name]: data!.text });
  const host = `http://127.0.0.1:${server.addr.port}`;
  const { summary } = await new Runner({ locustfile: file.path, host, users: 8, workers: 2 }).run();
  assertEquals(seen, requests);
  assertEquals([summary.total.count, summary.total.failures, summary.errors.length], [5, 0, 0]);
  assertEquals(data!.text.split("\n").map((row) => row.split(",")[0]), ["at", "0", "0.3", "0.6", "0.9", "1.2", ""]);
  const [late] = summary.measures;
  assertEquals([late?.name, late?.count], ["late", 5]);
  // Only a first request that is late, or slow to arrive, makes the time to the last shorter; clocks count milliseconds.
  assertGreaterOrEqual(timesMs.at(-1)! - timesMs[0]! + late!.max + summary.total.maxMs, 1200 - 5);
});

Deno.test("locust import --replay spreads the requests of a whole second over it", async () => {
  const text = ["/1", "/2", "/3", "/4"].map((path) => line("13:00:00", `GET ${path}`)).join("\n");
  const { data } = await importFiles({ name: "x", text }, { replay: "r.csv" });
  assertEquals(data!.text.split("\n").map((row) => row.split(",")[0]), ["at", "0", "0.25", "0.5", "0.75", ""]);
});

Deno.test("locust import of no access log names the line; one without times cannot be replayed", async () => {
  assertEquals(
    await importError("\n# head\nhello\n", {}, "access-log"),
    'ScriptError: Cannot import "x": line 3 is not a request, expected an access log: combined, common or JSON lines',
  );
  assertEquals(
    await importError(`{"method":"GET","path":"/","status":200}`, { replay: "r.csv" }),
    'ScriptError: Cannot replay "x": the log has no times',
  );
});
