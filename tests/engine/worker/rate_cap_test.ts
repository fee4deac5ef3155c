import { assert, assertEquals } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { timedTest } from "../../helpers/timed_test.ts";
import { startEcho } from "../../helpers/servers/echo_server.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { StallMeter } from "../../helpers/turns.ts";

const GET_ROOT = `export async function run(client) { await client.get("/"); }`;

for (const workers of [1, 2, 4]) {
  timedTest(`maxRps 500 is exact within 1 % from the first second, on ${workers} workers`, async () => {
    using meter = new StallMeter();
    const times: number[] = [];
    await using server = startServer(() => {
      times.push(performance.now());
      return new Response("");
    });
    let startMs = 0; // users start a moment after observers are notified
    const onStart = () => {
      startMs = performance.now() + 20;
      meter.stalledMs = 0;
    };
    const options = { maxRps: 500, users: 20, duration: 2, workers, host: server.url };
    const { result } = await runSource(GET_ROOT, options, { observers: [{ onStart }] });
    const { total, capWait } = result.summary;
    assertEquals(server.hits, total.count + result.summary.interruptedRequests);
    // What a stalled machine has not asked for in its time is not made up for.
    const { stalledMs } = meter;
    const shown = `${total.ratePerSecond}/s, stalled for ${stalledMs} ms`;
    assert(total.ratePerSecond <= 505 && total.ratePerSecond >= 495 - stalledMs / 1000 * 500, shown);
    assert(total.tail > 0, "what waited at the stop is sent after it, and is in no rate");
    const second = times.filter((time) => time < startMs + 1000).length;
    assert(Math.abs(second - 500) <= 5 + stalledMs / 1000 * 500, `${second} in the first second, ${shown}`);
    // Twenty users do nothing but wait for their turn, which is counted, and for the answer, whose time knows nothing of it.
    const perUserMs = (capWait!.meanMs + total.meanMs) * total.count / 20;
    assert(perUserMs > 1800 && perUserMs < 2200 + stalledMs, `${perUserMs} ms of each user's 2 s, ${shown}`);
    assert(capWait!.meanMs > total.meanMs, `held back for ${capWait!.meanMs} ms, answered in ${total.meanMs} ms`);
  });
}

timedTest("requests that still wait under the cap at the end were never sent and are not failures", async () => {
  await using server = startServer();
  const { result } = await runSource(GET_ROOT, {
    ...{ maxRps: 2, users: 10, duration: "950ms", stopTimeout: 0, host: server.url },
  });
  assertEquals([result.summary.total.count, server.hits], [2, 2]);
  assertEquals([result.summary.total.failures, result.summary.interruptedRequests], [0, 0]);
  assertEquals(result.interruptedIterations > 0, true);
});

timedTest("a followed redirect is a request under the cap, too", async () => {
  await using server = startServer();
  const source = `export async function run(client) { await client.get("/redirect/1"); }`;
  const { result } = await runSource(source, { maxRps: 100, users: 10, duration: 1, host: server.url });
  const sent = server.hits - 2 * result.summary.total.tail;
  assert(sent >= 85 && sent <= 102, `${sent} requests in a second`);
  assertEquals(server.hits, result.summary.total.count + result.summary.total.redirects);
});

for (const transport of ["socket", "fetch"] as const) {
  timedTest(
    `${transport}: time under the cap before a redirect's target counts in no response time and no timeout`,
    async () => {
      await using server = startServer();
      const source = `export async function run(client) { await client.get("/redirect/1", { timeout: "800ms" }); }`;
      const { result } = await runSource(source, { transport, maxRps: 1, users: 1, iterations: 2, host: server.url });
      const { total, capWait } = result.summary;
      assertEquals([total.count, total.failures, total.redirects, server.hits], [2, 0, 2, 4]);
      assert(total.maxMs < 800, `${total.maxMs} ms`);
      assert(capWait!.meanMs > 600, `held back for ${capWait!.meanMs} ms`);
    },
  );
}

const WS_SOURCE = `export async function run(client) { const socket = await client.ws("/ws"); await socket.close(); }`;

timedTest(
  "a WebSocket is opened when it is its turn under the cap, and what still waits at the end never was",
  async () => {
    await using server = startEcho();
    const { result } = await runSource(WS_SOURCE, {
      ...{ maxRps: 2, users: 10, duration: "950ms", stopTimeout: 0, host: server.url },
    });
    assertEquals([result.summary.total.count, server.seen.length], [2, 2]);
    assertEquals([result.summary.total.failures, result.summary.interruptedRequests], [0, 0]);
    assertEquals(result.interruptedIterations > 0, true);
  },
);

timedTest("a WebSocket's wait under the cap is counted separately from its time", async () => {
  await using server = startEcho();
  const { result } = await runSource(WS_SOURCE, { maxRps: 0.5, iterations: 2, host: server.url });
  const { total, capWait } = result.summary;
  assertEquals([total.count, server.seen.length], [2, 2]);
  assert(capWait!.maxMs > 1500 && total.maxMs < 1500, `held back for ${capWait!.maxMs} ms, open in ${total.maxMs} ms`);
});
