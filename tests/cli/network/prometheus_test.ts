import { assertEquals, assertRejects } from "@std/assert";
import { withPrometheus } from "../../../lib/cli/network/prometheus.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { FakeProcess } from "../../helpers/runs/fake_process.ts";
import { INFO, plainSummary, resultOf, viewAt } from "../../helpers/runs/run_result.ts";

const SCRAPE = { headers: { "x-prometheus-scrape-timeout-seconds": "10" } };

/** Serves a run that has been scraped once before it ended; returns its exit code and the log. */
async function served(options: { exitCode?: number; waitMs?: number; onWait?: (process: FakeProcess) => void }) {
  const process = new FakeProcess();
  const lines: string[] = [];
  const log = (_: string, text: string) => {
    lines.push(text);
    if (text.startsWith("Waiting")) options.onWait?.(process);
  };
  const { waitMs, exitCode = 0 } = options;
  const settings = { address: "0", names: "standard", ...(waitMs === undefined ? {} : { waitMs }) };
  const code = await withPrometheus(process, settings, log, async (observer) => {
    const url = /http:\S+/.exec(lines[0]!)![0];
    observer.onStart?.(INFO);
    observer.onView?.(viewAt(1000));
    await (await fetch(url, SCRAPE)).body?.cancel();
    await observer.onResult?.(resultOf(plainSummary(1, 1000)));
    return exitCode;
  });
  return { code, hasWaited: lines.some((line) => line.startsWith("Waiting")) };
}

Deno.test("withPrometheus() waits for the last scrape no longer than it may", async () => {
  assertEquals(await served({ waitMs: 20, exitCode: 99 }), { code: 99, hasWaited: true });
});

Deno.test("withPrometheus() ends the wait on a stop signal", async () => {
  const onWait = (process: FakeProcess) => void setTimeout(() => process.signal("SIGINT"), 5);
  assertEquals(await served({ waitMs: 60_000, onWait }), { code: 0, hasWaited: true });
});

Deno.test("withPrometheus() does not wait after an interrupted run, nor if it may not wait", async () => {
  assertEquals(await served({ exitCode: 130 }), { code: 130, hasWaited: false });
  assertEquals(await served({ waitMs: 0 }), { code: 0, hasWaited: false });
});

Deno.test("withPrometheus() stops listening when the command fails", async () => {
  let port = 0;
  const log = (_: string, text: string) => void (port = Number(/:(\d+)\//.exec(text)![1]));
  const settings = { address: "0", names: "standard" };
  const failing = () => Promise.reject(new UsageError(["no"]));
  await assertRejects(() => withPrometheus(new FakeProcess(), settings, log, failing), UsageError, "no");
  await assertRejects(() => Deno.connect({ hostname: "127.0.0.1", port }), Deno.errors.ConnectionRefused);
});
