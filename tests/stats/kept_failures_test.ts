import { assert, assertEquals } from "@std/assert";
import { type KeptFailure, KeptFailures, MAX_KEPT_BYTES } from "../../lib/stats/errors/kept_failures.ts";
import { OTHER } from "../../lib/stats/errors/error_counts.ts";
import { keptFailureList } from "../../lib/report/html/kept_failures.ts";
import { MAX_ROWS, Recorder } from "../../lib/stats/recorder.ts";
import { Totals } from "../../lib/stats/totals.ts";
import { seededRandom } from "../helpers/random.ts";

function failure(name: string, atMs: number, exchange = "> GET / HTTP/1.1"): KeptFailure {
  const times = { atMs, ttfbMs: 1, ttlbMs: 2 };
  return { method: "GET", name, userClass: "", error: "500", decidedAt: null, exchange, ...times };
}

function timesOf(kept: readonly KeptFailure[]): [string, number][] {
  return kept.map(({ name, atMs }) => [name, atMs]);
}

Deno.test("KeptFailures keeps the earliest of each row, in any order of arrival", () => {
  const kept = new KeptFailures(2);
  for (const atMs of [5, 3, 9, 1, 4]) kept.add(failure("/a", atMs));
  kept.add(failure("/b", 7));
  assertEquals(timesOf(kept.all), [["/a", 1], ["/a", 3], ["/b", 7]]);
  assert(!kept.wants(failure("/a", 3), 3), "it has earlier ones");
  assert(kept.wants(failure("/a", 2), 2));
  assertEquals(kept.takeDelta()!.kept.length, 3, "without those given up since");
  assertEquals(kept.takeDelta(), null);
  kept.clear();
  kept.add(failure("/a", 9));
  assertEquals(timesOf(kept.all), [["/a", 9]]);
});

Deno.test("KeptFailures of 0 keeps nothing", () => {
  const kept = new KeptFailures(0);
  kept.add(failure("/", 1));
  assertEquals([kept.isOn, kept.all, kept.takeDelta()], [false, [], null]);
});

Deno.test("Totals keeps the same failures however they came over workers and reports", () => {
  const random = seededRandom(7);
  const all = Array.from({ length: 400 }, (_, index) => failure(`/${index % 3}`, Math.floor(random() * 1e6)));
  const workers = Array.from({ length: 4 }, () => new Recorder(false, null, 5));
  const [totals, agent, viaAgent] = [new Totals(), new Totals(), new Totals()];
  all.forEach((one, index) => {
    workers[Math.floor(random() * 4)]!.keptFailures.add(one);
    if (index % 50 !== 49) return;
    for (const worker of workers) {
      const delta = structuredClone(worker.takeDelta(index));
      totals.add(delta);
      agent.add(delta);
    }
    viaAgent.add(structuredClone(agent.takeDelta(index)));
  });
  const expected = ["/0", "/1", "/2"].flatMap((name) =>
    timesOf(all.filter((one) => one.name === name).sort((a, b) => a.atMs - b.atMs).slice(0, 5))
  );
  assertEquals(timesOf(totals.keptFailures!.all).sort(), expected.sort());
  assertEquals(timesOf(viaAgent.keptFailures!.all).sort(), expected.sort());
});

Deno.test("KeptFailures stays below its maximum as JSON and as HTML, and rows keep their first ones for longest", () => {
  const kept = new KeptFailures(1000);
  for (let atMs = 0; atMs < 500; atMs++) kept.add(failure("/often", atMs, '<a href="&">\n'.repeat(150)));
  for (let row = 0; row < 20; row++) kept.add(failure(`/${row}`, 1000, "é".repeat(1000)));
  const names = kept.all.map(({ name }) => name);
  assert(JSON.stringify(kept.all, null, 2).length > MAX_KEPT_BYTES / 10, "so much as fits");
  for (const text of [JSON.stringify(kept.all, null, 2), keptFailureList(kept.all, String)]) {
    const { length } = new TextEncoder().encode(text);
    assert(length <= MAX_KEPT_BYTES, `${length} bytes`);
  }
  assertEquals(new Set(names).size, 21, "each row has one");
  const often = kept.all.filter(({ name }) => name === "/often");
  assertEquals(often.map(({ atMs }) => atMs), often.map((_, index) => index), "the first ones");
});

Deno.test("failures of rows beyond the maximum are kept with the shared row", () => {
  const totals = new Totals();
  const recorder = new Recorder(false, null, 1);
  for (let row = 0; row < MAX_ROWS; row++) recorder.series("GET", `/${row}`).record(1, true, 0);
  totals.add(recorder.takeDelta());
  recorder.keptFailures.add(failure("/new", 1));
  recorder.keptFailures.add(failure("/newer", 2));
  totals.add(recorder.takeDelta());
  assertEquals(totals.keptFailures!.all.map(({ method, name, atMs }) => [method, name, atMs]), [["", OTHER, 1]]);
});
