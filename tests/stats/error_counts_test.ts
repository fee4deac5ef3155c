import { assertEquals } from "@std/assert";
import { ErrorCounts, type ErrorDelta, OTHER } from "../../lib/stats/errors/error_counts.ts";
import { Recorder } from "../../lib/stats/recorder.ts";
import { summarize } from "../../lib/stats/summary.ts";
import { Totals } from "../../lib/stats/totals.ts";
import { seededRandom } from "../helpers/random.ts";

const ROW = { method: "GET", name: "/", userClass: "", where: null };
const IN_START = { method: "", name: "", userClass: "Shopper", where: "onStart" };

function totalsOf(deltas: readonly ErrorDelta[], reportedMs = 9000): ErrorCounts {
  const sum = new ErrorCounts();
  for (const delta of structuredClone(deltas)) {
    const { method, name, userClass, where } = delta;
    sum.add({ method, name, userClass, where }, delta, reportedMs);
  }
  return sum;
}

Deno.test("errors with the same message are separate for each row and place in user code", () => {
  const counts = new ErrorCounts();
  counts.of(ROW, "bad").add(1000);
  counts.of({ ...ROW, name: "/b" }, "bad").add(2000);
  counts.of(IN_START, "bad").add(3000);
  counts.of(ROW, "bad").add(4000);
  const [first, ...others] = totalsOf(counts.takeDelta()).summarize();
  assertEquals(first, {
    ...ROW,
    text: "bad",
    example: null,
    count: 2,
    firstAt: new Date(1000),
    lastAt: new Date(4000),
    traceId: null,
  });
  assertEquals(others.map(({ name, where, userClass, count }) => [name, where, userClass, count]), [
    ["/b", null, "", 1],
    ["", "onStart", "Shopper", 1],
  ]);
});

Deno.test("an error that was taken back does not affect the first and last time", () => {
  const counts = new ErrorCounts();
  counts.of(ROW, "bad").add(2000);
  const takenBack = counts.of(ROW, "bad");
  takenBack.count++; // its verdict would be final at 5000
  const sum = [counts.takeDelta()];
  takenBack.count--;
  sum.push(counts.takeDelta());
  const [error] = totalsOf(sum.flat()).summarize();
  assertEquals([error!.count, error!.firstAt, error!.lastAt], [1, new Date(2000), new Date(2000)]);
});

Deno.test("an error without a final verdict has the time of its report", () => {
  const counts = new ErrorCounts();
  counts.of(ROW, "bad").count++;
  const [error] = totalsOf(counts.takeDelta(), 7000).summarize();
  assertEquals([error!.firstAt, error!.lastAt], [new Date(7000), new Date(7000)]);
});

Deno.test("errors of user code that differ only in numbers are one error, with the first original as example", () => {
  const counts = new ErrorCounts();
  for (let id = 1; id <= 500; id++) counts.ofUser(ROW, `item ${id} not found`).add(id);
  counts.ofUser(ROW, "no such page").add(1);
  const errors = totalsOf(counts.takeDelta()).summarize();
  assertEquals(errors.map(({ text, example, count }) => [text, example, count]), [
    ["item {n} not found", "item 1 not found", 500],
    ["no such page", null, 1],
  ]);
});

Deno.test("beyond the maximum number of errors, each row has its own OTHER and its sum is right", () => {
  const [recorder, totals] = [new Recorder(), new Totals()];
  const random = seededRandom(3);
  for (let turn = 0; turn < 3000; turn++) {
    const series = recorder.series("GET", `/${turn % 3}`);
    series.record(1, true, 0);
    series.error(`error ${Math.floor(random() * 400)}`).add(turn);
    if (turn % 500 === 0) totals.add(structuredClone(recorder.takeDelta()));
  }
  totals.add(structuredClone(recorder.takeDelta()));
  const { rows, errors } = summarize(totals, 1000);
  for (const { name, failures } of rows) {
    const own = errors.filter((error) => error.name === name);
    assertEquals(own.reduce((sum, { count }) => sum + count, 0), failures, name);
    assertEquals(own.filter(({ text }) => text === OTHER).length, 1, name);
  }
  assertEquals(errors.length, 203);
});

Deno.test("errors of two workers merge to the same result in either order", () => {
  const [a, b] = [new ErrorCounts(), new ErrorCounts()];
  a.ofUser(ROW, "item 5").add(500);
  a.of(ROW, "bad").add(300);
  b.ofUser(ROW, "item 4").add(400);
  b.of(ROW, "bad").add(100);
  b.of(ROW, "bad").add(600);
  const deltas = [a.takeDelta(), b.takeDelta()];
  const merged = (order: readonly number[]) =>
    totalsOf(order.flatMap((index) => deltas[index]!)).summarize().toSorted((x, y) => x.text < y.text ? -1 : 1);
  assertEquals(merged([0, 1]), merged([1, 0]));
  assertEquals(merged([0, 1]).map(({ example, firstAt, lastAt }) => [example, +firstAt, +lastAt]), [
    [null, 100, 600],
    ["item 4", 400, 500],
  ]);
});

Deno.test("times of failures follow their verdict from error to error, through deltas", () => {
  const counts = new ErrorCounts();
  const sum = new ErrorCounts();
  const send = () => {
    for (const delta of structuredClone(counts.takeDelta())) sum.add(ROW, delta, 0);
  };
  const timesOf = () =>
    sum.failureTimes().map(({ text, histogram }) => [text, [...histogram.buckets()].map(({ lowerUs }) => lowerUs)]);
  const [bad, worse] = [counts.of(ROW, "bad"), counts.of(ROW, "worse")];
  for (const us of [10, 20]) bad.add(0, null, us);
  send();
  bad.takeBack(10);
  worse.add(0, null, 10);
  send();
  assertEquals(timesOf(), [["bad", [20]], ["worse", [10]]]);
  // The count is the same as before, the time is not.
  bad.takeBack(20);
  bad.count++;
  bad.addTime(30);
  send();
  assertEquals(timesOf(), [["bad", [30]], ["worse", [10]]]);
  worse.takeBack(10);
  send();
  assertEquals(timesOf(), [["bad", [30]]]);
});
