// A server that drops every second request after reading it: the report adds up to what the server saw.

import { assert, assertEquals } from "@std/assert";
import { summaryJson } from "../../../../lib/report/json/summary_json.ts";
import { noteLines } from "../../../../lib/report/summary_text.ts";
import type { TransportName } from "../../../../lib/http/transport.ts";
import type { RunResult } from "../../../../lib/stats/run_model.ts";
import { startDroppingServer } from "../../../helpers/servers/dropping_server.ts";
import { runSource } from "../../../helpers/runs/run.ts";

function print(line: string): void {
  // deno-lint-ignore no-console -- the equation is what the test is for
  console.log(line);
}

interface Run {
  readonly method: "GET" | "POST" | "PUT";
  readonly transport: TransportName;
  readonly workers: number;
}

/** Requests of one worker before it ends the run. */
const REQUESTS = 150;

function locustfile({ method, transport }: Run, url: string): string {
  const options = method === "GET" ? "{}" : '{ body: "to be sent once" }';
  // One user of each worker hangs, but none over fetch, which does not report whether an interrupted request was sent.
  const hangs = transport === "socket" ? "user.id < 2" : "false";
  return `let requests = 0;
  export async function run(client, user) {
    if (++requests > ${REQUESTS}) return user.shutdown("enough");
    await client.${method.toLowerCase()}("${url}" + (${hangs} ? "/hang" : "/"), ${options}).catch(() => {});
  }`;
}

async function runAgainst(
  run: Run,
): Promise<{ readonly result: RunResult; readonly read: number; readonly dropped: number }> {
  await using server = await startDroppingServer();
  const { transport, workers } = run;
  const options = { users: 8, transport, workers, stopTimeout: transport === "socket" ? 0 : 60 };
  const { result } = await runSource(locustfile(run, server.url), options);
  return { result, ...await server.counts() };
}

for (const workers of [1, 2]) {
  for (const method of ["GET", "POST", "PUT"] as const) {
    const title = `socket, ${method}, ${workers} worker(s)`;
    Deno.test(`${title}: requests, repeats and interrupted requests add up to what a dropping server saw`, async () => {
      const { result, read, dropped } = await runAgainst({ method, transport: "socket", workers });
      const { summary, summary: { total, interruptedRequests } } = result;
      print(
        `${title}: ${total.count} requests + ${total.repeats} repeats + ${interruptedRequests} interrupted = ` +
          `${total.count + total.repeats + interruptedRequests}, the server read ${read} and dropped ${dropped}`,
      );
      assertEquals(total.count + total.repeats + total.redirects + interruptedRequests, read);
      assert(interruptedRequests > 0 && dropped > 50);
      // A dropped request failed, was repeated, or was interrupted by the end of the run.
      const unseen = dropped - total.failures - total.repeats;
      assert(unseen >= 0 && unseen <= interruptedRequests, `${unseen} drops in no count`);
      if (method === "POST") assertEquals(total.repeats, 0);
      else assert(noteLines(result)[0]!.includes(` ${total.repeats} requests sent once more,`), noteLines(result)[0]);
      assertEquals(summary.rows.reduce((sum, { repeats }) => sum + repeats, 0), total.repeats);
      const texts = new Set(summary.errors.map(({ text }) => text));
      assertEquals([...texts], ["connection closed before an answer"]);
    });
  }

  Deno.test(`fetch, POST, ${workers} worker(s): the requests are those that a dropping server saw`, async () => {
    const { result, read, dropped } = await runAgainst({ method: "POST", transport: "fetch", workers });
    const { total, errors } = result.summary;
    print(`fetch, POST, ${workers} worker(s): ${total.count} requests, the server read ${read}`);
    assertEquals([total.count, total.repeats, total.failures], [read, 0, dropped]);
    assertEquals(errors.map(({ text, count }) => [text, count]), [["connection closed before an answer", dropped]]);
  });

  Deno.test(`fetch, GET, ${workers} worker(s): the summary warns that requests may be sent twice`, async () => {
    const { result, read } = await runAgainst({ method: "GET", transport: "fetch", workers });
    const { total } = result.summary;
    print(`fetch, GET, ${workers} worker(s): ${total.count} requests, the server read ${read}`);
    assert(read > total.count, "no request was sent twice: the warning is needless");
    assert(result.warnings.some((text) => text.includes("may send a request twice")), result.warnings.join("\n"));
  });
}

Deno.test("a run of a class over fetch warns of repeats, and its bytes are estimated, in summary and JSON", async () => {
  await using server = await startDroppingServer();
  const source = `import { HttpUser } from "@x/locust";
    export class A extends HttpUser { async run() { await this.client.get("${server.url}/a"); } }
    export class B extends HttpUser {
      static client = { transport: "fetch" };
      async run() { await this.client.get("${server.url}/b"); }
    }`;
  const { result } = await runSource(source, { users: 2, iterations: 2 });
  const json = JSON.parse(JSON.stringify(summaryJson(result)));
  const estimated = json.rows.map((row: Record<string, unknown>) => [row["name"], row["bytesEstimated"]]);
  assertEquals(estimated.sort(), [[`${server.url}/a`, false], [`${server.url}/b`, true]]);
  assertEquals([json.total.bytesEstimated, json.run.repeats, json.run.warnings.length], [true, json.total.repeats, 1]);
  assert(noteLines(result)[0]!.includes(" received (estimated)"));
});
