// Differences between runs are reported, and chance is not.

import { assert, assertEquals } from "@std/assert";
import { compareRuns, type RowChange } from "../../../lib/report/compare/compare.ts";
import { simulatedRun } from "../../helpers/runs/simulated_run.ts";

const TRIES = 20;
const TOLERANCE = 0.05;

/** Returns in how many of the tries a row is judged by the test. */
function tries(judge: (changes: readonly RowChange[]) => boolean, make: (attempt: number) => readonly RowChange[]) {
  return Array.from({ length: TRIES }, (_, attempt) => make(attempt)).filter(judge).length;
}

const seedsOf = (attempt: number) => [{ seed: 2 * attempt + 1 }, { seed: 2 * attempt + 2 }] as const;
const slowRow = (changes: readonly RowChange[]) => changes.find(({ name }) => name === "/slow")!;
const verdicts = (change: RowChange) =>
  Object.fromEntries(change.figures.map(({ figure, verdict }) => [figure, verdict]));

Deno.test("compareRuns() tells no difference between two runs of one distribution in 19 of 20 tries", () => {
  const quiet = tries(
    (changes) =>
      changes.every(({ figures }) => figures.every(({ verdict }) => verdict === "same" || verdict === "noise")),
    (attempt) => {
      const [old, latest] = seedsOf(attempt);
      return compareRuns([simulatedRun(old)], simulatedRun(latest), TOLERANCE);
    },
  );
  assert(quiet >= 19, `${quiet} of ${TRIES}`);
});

Deno.test("compareRuns() tells a row that is 20 % slower in 19 of 20 tries, and only that row", () => {
  const told = tries(
    (changes) => changes.filter(({ isWorse }) => isWorse).map(({ name }) => name).join() === "/slow",
    (attempt) => {
      const [old, latest] = seedsOf(attempt);
      return compareRuns([simulatedRun(old)], simulatedRun({ ...latest, factor: 1.2 }), TOLERANCE);
    },
  );
  assert(told >= 19, `${told} of ${TRIES}`);
});

Deno.test("compareRuns() tells a slower row though the machine stalls for some seconds, and calls no stall slower", () => {
  const [old, latest] = [{ stalls: [4, 17] }, { stalls: [9, 10, 23] }];
  const compared = (factor: number) => (attempt: number) => {
    const [first, second] = seedsOf(attempt);
    return compareRuns([simulatedRun({ ...first, ...old })], simulatedRun({ ...second, ...latest, factor }), TOLERANCE);
  };
  const told = tries((changes) => slowRow(changes).isWorse, compared(1.2));
  const quiet = tries((changes) => !changes.some(({ isWorse }) => isWorse), compared(1));
  assert(told >= 19 && quiet >= 19, `${told} and ${quiet} of ${TRIES}`);
});

Deno.test("compareRuns() gives the same result each time", () => {
  const make = () => compareRuns([simulatedRun({ seed: 1 })], simulatedRun({ seed: 2 }), TOLERANCE);
  assertEquals(make(), make());
});

Deno.test("compareRuns() calls a faster row faster, which is not worse", () => {
  const changes = compareRuns([simulatedRun({ seed: 1 })], simulatedRun({ seed: 2, factor: 0.7 }), TOLERANCE);
  const row = slowRow(changes);
  assertEquals([verdicts(row), row.isWorse], [
    { avg: "faster", p50: "faster", p95: "faster", failures: "same" },
    false,
  ]);
});

Deno.test("compareRuns() lets a difference within the tolerance pass, however certain", () => {
  const make = (tolerance: number) =>
    slowRow(compareRuns([simulatedRun({ seed: 1 })], simulatedRun({ seed: 2, factor: 1.3 }), tolerance)).isWorse;
  assertEquals([make(0.5), make(0.1)], [false, true]);
});

Deno.test("compareRuns() tells more failures, and takes a single one for chance", () => {
  const make = (failureRatio: number) =>
    verdicts(slowRow(compareRuns([simulatedRun({ seed: 1 })], simulatedRun({ seed: 2, failureRatio }), TOLERANCE)));
  assertEquals(make(0.02)["failures"], "more");
  assertEquals(make(0.0002)["failures"], "noise");
});

Deno.test("compareRuns() takes what differs between earlier runs for noise", () => {
  const olds = [1, 1.25, 0.85].map((factor, seed) => simulatedRun({ seed: seed + 1, factor }));
  const latest = simulatedRun({ seed: 9, factor: 1.15 });
  assertEquals(slowRow(compareRuns([olds[0]!], latest, TOLERANCE)).isWorse, true);
  assertEquals(slowRow(compareRuns(olds, latest, TOLERANCE)).isWorse, false);
});

Deno.test("compareRuns() calls runs of a few seconds too short, unless their figures are near", () => {
  const old = simulatedRun({ seed: 1, seconds: 7 });
  const make = (factor: number) =>
    verdicts(slowRow(compareRuns([old], simulatedRun({ seed: 1, seconds: 7, factor }), TOLERANCE)));
  assertEquals(make(1.2)["avg"], "too short");
  assertEquals(make(1)["avg"], "same");
});

Deno.test("compareRuns() names rows of one side only, which are not worse", () => {
  const [old, latest] = [simulatedRun({ seed: 1 }), simulatedRun({ seed: 2 })];
  const changes = compareRuns(
    [{ ...old, rows: old.rows.slice(1) }],
    { ...latest, rows: latest.rows.slice(0, 1) },
    0.05,
  );
  assertEquals(changes.map((change) => [change.name, change.in, change.isWorse]), [
    ["/slow", "new", false],
    ["/other", "old", false],
    ["Total", "both", false],
  ]);
});

Deno.test("compareRuns() has no NaN for runs without requests", () => {
  const empty = simulatedRun({ seed: 1, seconds: 0, perSecond: 0 });
  const zero = { ...empty, rows: [], total: { ...empty.total, failureRatio: 0 } };
  const [total] = compareRuns([zero], zero, TOLERANCE);
  assertEquals(
    total!.figures.map(({ old, new: latest, verdict }) => [old, latest, verdict]),
    Array(4).fill([0, 0, "same"]),
  );
});
