import { assertEquals, assertStringIncludes } from "@std/assert";
import { markdownSummary } from "../../../lib/report/markdown_reporter.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

Deno.test("1000 checks and measures over 4 workers equal what the script counted", async () => {
  const source = `
    import { shared, User } from "@x/locust";
    const [passed, failed, items] = ["passed", "failed", "items"].map((name) => shared.counter(name));
    export class Buyer extends User {
      run() {
        const value = (this.id * 7) % 5;
        (this.check("is odd", value % 2) ? passed : failed).add();
        this.measure("cart items", value);
        this.measure("queue time", value + "ms");
        items.add(value);
      }
    }
  `;
  const { result } = await runSource(source, { users: 20, workers: 4, iterations: 1000 });
  const counted = Object.fromEntries(result.counters.map(({ name, value }) => [name, value]));
  const [check] = result.summary.checks;
  assertEquals([check!.count, check!.passed, check!.failed], [1000, counted["passed"], counted["failed"]]);
  assertEquals(
    result.summary.measures.map(({ unit, count, mean, min, max }) => [unit, count, mean * count, min, max]),
    [
      ["", 1000, counted["items"], 0, 4],
      ["ms", 1000, counted["items"], 0, 4],
    ],
  );
  assertEquals([result.summary.total.count, result.exitCode], [0, 0]);
});

Deno.test("resp.check() counts, and leaves the verdict of the request alone", async () => {
  await using server = startServer();
  const source = `
    export async function run(client, user) {
      const resp = await client.get("/status/404");
      const isOk = resp.check("is ok", (r) => r.ok);
      const isJson = await resp.check("is JSON", (r) => r.json());
      user.check("both failed", !isOk && !isJson);
    }
  `;
  const thresholds = ['check "is ok" > 50%', 'check "both failed" >= 100%'];
  const { result } = await runSource(source, { host: server.url, iterations: 4, thresholds });
  assertEquals(result.summary.checks.map(({ name, passed, failed }) => [name, passed, failed]), [
    ["is ok", 0, 4],
    ["is JSON", 0, 4],
    ["both failed", 4, 0],
  ]);
  assertEquals(result.thresholds.map(({ verdict }) => verdict), ["fail", "pass"]);
  assertEquals([result.summary.total.failures, result.summary.errors.length, result.exitCode], [4, 1, 99]);
  assertStringIncludes(markdownSummary(result), "| `is JSON` | 0 | 4 | 0.0% |");
});

Deno.test("a negative measure is an error at the script's line", async () => {
  const source = `
    export function run(client, user) {
      user.measure("queue", -1);
    }
  `;
  const { result } = await runSource(source, { iterations: 1 });
  const [error] = result.summary.errors;
  assertStringIncludes(error!.text, "the value is {n}, expected a finite number of {n} or more");
  assertStringIncludes(error!.example ?? error!.text, "(locustfile.ts:3)");
});

Deno.test("checks and measures of the warm-up are left out", async () => {
  const source = `
    export function run(client, user) {
      user.check("early", true);
      user.measure("early", 1);
    }
  `;
  const { result } = await runSource(source, { iterations: 3, warmUp: 1 });
  assertEquals([result.summary.checks, result.summary.measures], [[], []]);
});
