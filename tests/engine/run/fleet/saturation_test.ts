import { assert, assertEquals, assertMatch } from "@std/assert";
import { Saturation } from "../../../../lib/engine/run/fleet/saturation.ts";
import { locust } from "../../../helpers/processes/command.ts";
import { locustfile, runSource } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";
import { aloneTest } from "../../../helpers/timed_test.ts";

/** Adds a report every 250 ms. */
function reports(saturation: Saturation, fromMs: number, toMs: number, cpuShare: number | null, lagMs = 0): void {
  const use = { cpuShare, waitShare: 0, stoppedShare: 0, lagMs };
  for (let atMs = fromMs; atMs <= toMs; atMs += 250) saturation.add("Worker 1", use, atMs);
}

Deno.test("Saturation does not report a short burst or a worker with spare time", () => {
  const saturation = new Saturation();
  reports(saturation, 0, 5000, 0.85);
  reports(saturation, 5250, 6500, 1);
  reports(saturation, 6750, 9000, 0.2, 20);
  assertEquals([saturation.current(), saturation.overall()], [[], []]);
});

Deno.test("Saturation names the worker, how long and how much, now and in the end", () => {
  const saturation = new Saturation();
  reports(saturation, 0, 4000, 0.97);
  assertMatch(
    saturation.current()[0]!,
    /^Worker 1 has been saturated for 4s \(busy for up to 97\.0% of the time\): .* more workers/,
  );
  reports(saturation, 4250, 5000, 0.5);
  reports(saturation, 5250, 8000, null, 250);
  reports(saturation, 8250, 8250, 0.1);
  assertEquals(saturation.current(), []);
  assertMatch(
    saturation.overall()[0]!,
    /^Worker 1 was saturated for 7s \(busy for up to 97\.0% of the time, late by up to 250ms\): /,
  );
});

Deno.test("Saturation counts a thread that waits for a core as busy, and reports it", () => {
  const saturation = new Saturation();
  for (let atMs = 0; atMs <= 3000; atMs += 250) {
    saturation.add("Worker 1", { cpuShare: 0.5, waitShare: 0.25, stoppedShare: 0.1875, lagMs: 20 }, atMs);
  }
  assertMatch(
    saturation.current()[0]!,
    /\(busy for up to 93\.8% of the time, up to 25\.0% of it without a core, which other programs had\)/,
  );
  assertEquals(saturation.busiest, { worker: "Worker 1", busyShare: 0.9375, lagMs: 20 });
});

Deno.test("Saturation counts a thread that is stopped with work to do as busy, and reports it", () => {
  const saturation = new Saturation();
  for (let atMs = 0; atMs <= 3000; atMs += 250) {
    saturation.add("Worker 1", { cpuShare: 0.5, waitShare: 0.0625, stoppedShare: 0.375, lagMs: 60 }, atMs);
  }
  assertMatch(
    saturation.current()[0]!,
    /\(busy for up to 93\.8% of the time, up to 37\.5% of it stopped by its host, or in a call that blocks\)/,
  );
});

/** Keeps a worker busy, and hardly ever waits for a server, which may have no core here. */
const BUSY = `export async function run(client) {
  await client.get("/");
  for (let turn = 0; turn < 10; turn++) {
    const end = performance.now() + 20;
    while (performance.now() < end);
    await new Promise((resolve) => setImmediate(resolve));
  }
}`;

aloneTest("a process that is stopped half of the time warns of it", async () => {
  await using server = startServer();
  await using file = await locustfile(BUSY);
  let timer: ReturnType<typeof setInterval> | undefined;
  let isStopped = false;
  const { stdout } = await locust([file.path, "--host", server.url, "-d", "5"], {
    when: [["Starting test", (child) => {
      timer = setInterval(() => {
        isStopped = !isStopped;
        try {
          child.kill(isStopped ? "SIGSTOP" : "SIGCONT");
        } catch {
          clearInterval(timer); // it has ended
        }
      }, 60);
    }]],
  });
  clearInterval(timer);
  assertMatch(stdout, /Worker 1 was saturated for \ds \(busy for up to \d+\.\d% of the\s+time,\s.*stopped\s+by/s);
}, Deno.build.os === "windows" ? "no SIGSTOP here" : null);

aloneTest("a locustfile that keeps its worker busy causes a warning, during the run and in the result", async () => {
  await using server = startServer();
  const live: string[] = [];
  const { result } = await runSource(BUSY, { duration: 5, host: server.url }, {
    observers: [{ onView: ({ warnings }) => void live.push(...warnings) }],
  });
  assertMatch(result.warnings[0] ?? "", /^Worker 1 was saturated for \ds /);
  assert(live.some((text) => text.startsWith("Worker 1 has been saturated")));
});
