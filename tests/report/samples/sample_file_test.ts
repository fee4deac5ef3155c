import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { gunzipSync } from "node:zlib";
import { SampleFile } from "../../../lib/report/samples/sample_file.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

async function readLines(path: string): Promise<string[]> {
  const bytes = await Deno.readFile(path);
  const text = new TextDecoder().decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes);
  return text.split("\n").slice(0, -1);
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const MIXED = `
  import { HttpUser } from "@x/locust";
  export class Shopper extends HttpUser {
    async run() {
      await this.client.get("/status/200");
      (await this.client.get("/fine")).error = "not wanted";
      (await this.client.get("/status/404", { name: "/late" })).error = false;
      await this.step("step", async () => {
        const stream = await this.client.stream("/stream");
        for await (const _ of stream.lines());
      });
      this.record({ name: "own", ttlb: 0.01, error: "own failure" });
      await this.client.get("http://127.0.0.1:9/").catch(() => {});
      await this.client.get("http://").catch(() => {});
    }
  }
`;

Deno.test("a file of samples has a line for each request, with its final verdict, over 4 workers", async () => {
  await using server = startServer();
  await inFolder(async (folder) => {
    const path = `${folder}/samples.jsonl.gz`;
    const samples = new SampleFile(path, 1);
    const { result } = await runSource(MIXED, { host: server.url, users: 8, workers: 4, iterations: 60 }, { samples });
    const lines = (await readLines(path)).map((line) => JSON.parse(line));
    assertEquals(lines.length, result.summary.total.count);
    assertEquals(result.samples, { file: path, ratio: 1, written: lines.length, dropped: 0, failure: null });
    for (const { method, name, count, failures, inTotal } of result.summary.rows) {
      const ofRow = lines.filter((line) => line.method === method && line.name === name);
      assertEquals(ofRow.length, inTotal ? count : 0, name);
      assertEquals(ofRow.filter(({ error }) => error !== null).length, inTotal ? failures : 0, name);
    }
    const late = lines.find(({ name }) => name === "/late");
    assertEquals([late.status, late.error, late.user_class], [404, null, "Shopper"]);
    assertEquals(lines.find(({ name }) => name === "/fine").error, "not wanted");
    assertEquals(new Set(lines.map(({ user }) => user)).size, 8);
    assert(lines.some(({ connect_ms: connectMs }) => connectMs > 0));
    const starts = lines.map(({ start_s: start }) => start);
    assert(Math.min(...starts) >= -0.011 && Math.max(...starts) < result.loadMs / 1000 + 1);
  });
});

Deno.test("samples leave the warm-up out, and of successes all but a share", async () => {
  await using server = startServer();
  await inFolder(async (folder) => {
    const path = `${folder}/samples.csv`;
    const run = `export async function run(client, user) {
      await client.get(Math.random() < 0.5 ? "/status/200" : "/status/500");
      user.sleep?.(0);
    }`;
    const options = { host: server.url, users: 4, workers: 2, duration: 0.8, warmUp: 0.4 };
    const { result } = await runSource(run, options, { samples: new SampleFile(path, 0) });
    assert(result.warmUp!.requests > 0 && result.summary.total.failures > 0);
    assertEquals((await readLines(path)).length - 1, result.summary.total.failures);
    assertEquals([result.samples!.dropped, result.samples!.ratio], [0, 0]);
  });
});

Deno.test("a file that cannot be written to its end is a problem of the run, and what is missing is counted", async () => {
  await using server = startServer();
  await inFolder(async (folder) => {
    const path = `${folder}/gone/samples.csv`;
    const run = `export async function run(client) { await client.get("/status/200"); }`;
    const { result } = await runSource(run, { host: server.url, iterations: 5 }, { samples: new SampleFile(path, 1) });
    assertEquals([result.exitCode, result.samples!.written, result.samples!.dropped], [1, 0, 5]);
    assertStringIncludes(result.problems.join(), `Cannot write "${path}": no such file`);
    assertMatch(result.warnings.join(), /^5 requests are missing in the file of samples/);
  });
});

Deno.test("requests of a worker that died are counted as missing", async () => {
  await using server = startServer();
  await inFolder(async (folder) => {
    const run = `let count = 0;
      export async function run(client) {
        await client.get("/status/200");
        if (++count === 20) Deno.exit(0);
      }`;
    const samples = new SampleFile(`${folder}/samples.csv`, 1);
    const { result } = await runSource(run, { host: server.url, duration: 5 }, { samples });
    const lines = (await readLines(`${folder}/samples.csv`)).length - 1;
    assertEquals(lines, result.samples!.written);
    assertEquals(lines + result.samples!.dropped, result.summary.total.count);
  });
});
