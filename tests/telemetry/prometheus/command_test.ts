import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../../helpers/processes/command.ts";
import { locustfile } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

const SCRAPE = { "x-prometheus-scrape-timeout-seconds": "10" };

/** Returns a port that was free a moment ago. */
function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

const sum = (text: string, series: string) =>
  [...text.matchAll(new RegExp(`^${series}\\{.*\\} (\\d+)$`, "gm"))].reduce((all, [, count]) => all + Number(count), 0);

/** Runs a load until a scrape has seen some of it, and scrapes until nothing listens any more. */
async function scrapedRun(options: readonly string[]) {
  await using server = startServer();
  const seen = await Deno.makeTempFile();
  await using file = await locustfile(`export async function run(client, user) {
    await client.get(Math.random() < 0.5 ? "/status/404" : "/");
    if (Deno.statSync(${JSON.stringify(seen)}).size > 0) user.shutdown("seen");
    await new Promise((r) => setTimeout(r, 5));
  }`);
  const port = freePort();
  const args = [file.path, "--host", server.url, "-u", "4", "-w", "2", "-d", "60", "--prometheus", String(port)];
  let isOver = false;
  const ended = locust([...args, ...options]).finally(() => isOver = true);
  const texts: string[] = [];
  while (!isOver) {
    try {
      texts.push(await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: SCRAPE })).text());
      if (sum(texts.at(-1)!, "locust_requests_total") > 0) Deno.writeTextFileSync(seen, "seen");
    } catch {
      // Not listening yet, or no more.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await Deno.remove(seen);
  return { ...await ended, texts, last: texts.at(-1)!, port, hits: server.hits };
}

Deno.test("locust --prometheus serves figures during the run, and its summary to one last scrape", async () => {
  const { code, stdout, stderr, texts, last, port, hits } = await scrapedRun(["--json", "-"]);
  const { total } = JSON.parse(stdout);
  assertEquals(code, 0);
  assertStringIncludes(stderr, `Serving metrics at http://127.0.0.1:${port}/metrics`);
  assertStringIncludes(stderr, "Waiting up to 20s for the last scrape");
  assertMatch(last, /^locust_users 0$/m);
  assertEquals(
    [
      ...["http_client_request_duration_seconds_count", "locust_requests_total"].map((name) => sum(last, name)),
      ...[sum(last, "locust_failures_total"), hits],
    ],
    [total.count, total.count, total.failures, total.count],
  );
  const counts = texts.map((text) => sum(text, "locust_requests_total"));
  assertEquals(counts, counts.toSorted((a, b) => a - b));
});

Deno.test("locust --prometheus names the next free port where one is taken, exit 2 before any request", async () => {
  await using server = startServer();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  const { code, stderr } = await locust([server.url, "-i", "1", "--prometheus", String(port)]);
  assertEquals([code, server.hits], [2, 0]);
  assertStringIncludes(
    stderr,
    `Cannot use --prometheus "127.0.0.1:${port}": the port is taken, expected a free one\nhint: port `,
  );
});

Deno.test("locust --prometheus --otel-names aiolocust serves those names, and exports nothing else (PARITY 57)", async () => {
  const { code, stderr, last, hits } = await scrapedRun(["--otel-names", "aiolocust"]);
  assertEquals([code, sum(last, "locust_client_duration_seconds_count")], [0, hits]);
  assertMatch(last, /^locust_current_users 0$/m);
  assertMatch(last, /^locust_failures_total\{name="\/status\/404",http_method="GET",error_type="404"\} \d+$/m);
  assert(!/telemetry/i.test(stderr), stderr);
});

Deno.test("locust --prometheus refuses names that it does not know, exit 2", async () => {
  const { code, stderr } = await locust(["http://127.0.0.1:9/", "--prometheus", "0", "--otel-names", "k6"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, 'Cannot use --otel-names "k6": unknown, expected standard or aiolocust');
});
