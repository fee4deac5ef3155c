import { assert, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import type { RunControls } from "../../lib/engine/run/run_session.ts";
import type { RunOptions } from "../../lib/engine/options/options.ts";
import type { RunObserver, RunResult } from "../../lib/stats/run_model.ts";
import { DeskError, type FieldDefinition, MAX_RUNS, RunDesk } from "../../lib/web/run_desk.ts";
import { pagePercentiles } from "../../lib/web/protocol.ts";
import { FakeRunner } from "../helpers/runs/fake_app.ts";
import { INFO, plainSummary, resultOf } from "../helpers/runs/run_result.ts";

const FIELDS: readonly FieldDefinition[] = [
  { key: "users", label: "Users", help: "users to run", isList: false, flag: "--users" },
  { key: "rate", label: "Rate", help: "users per second", isList: false, flag: "--rate" },
  { key: "duration", label: "Duration", help: "length", isList: false, flag: "--duration" },
  { key: "arrivalRate", label: "Arrival rate", help: "iterations", isList: false, flag: "--arrival-rate" },
  { key: "thresholds", label: "Thresholds", help: "what must hold", isList: true, flag: "--threshold" },
];

/** A desk whose runs the test ends. */
function desk() {
  const started: RunOptions[] = [];
  const codes: number[] = [];
  let [runner, observer]: [FakeRunner | null, RunObserver | null] = [null, null];
  let finish: (result: RunResult | Error) => void = () => {};
  const made = new RunDesk({
    run: (options, watching) => {
      started.push(options);
      [runner, observer] = [new FakeRunner(), watching];
      const { promise, resolve, reject } = Promise.withResolvers<RunResult>();
      finish = (result) => {
        runner = null;
        if (result instanceof Error) return reject(result);
        watching.onResult?.(result);
        resolve(result);
      };
      return promise;
    },
    controls: () => runner as RunControls | null,
    inspect: () => Promise.reject(new Error("not asked for")),
    fields: FIELDS,
    percentiles: pagePercentiles([50, 97]),
    options: {
      url: "http://127.0.0.1:1/",
      users: "5",
      thresholds: ["p95 < 1s", "failures < 1%"],
      connectTo: "127.0.0.1:2",
    },
    subject: "a test",
    onEnded: (code) => codes.push(code),
  }, { send: () => {} });
  return {
    made,
    started,
    codes,
    calls: () => runner!.calls,
    begin: () => observer!.onStart?.(INFO),
    end: async (result: RunResult | Error) => {
      finish(result);
      await new Promise((resolve) => setTimeout(resolve));
    },
  };
}

const valueOf = (made: RunDesk, key: string) => made.state().form.fields.find((field) => field.key === key)!.value;

Deno.test("RunDesk begins with the options of the command line, and keeps values between runs", async () => {
  const { made, started, begin, end } = desk();
  assertEquals([valueOf(made, "users"), valueOf(made, "thresholds"), valueOf(made, "rate")], [
    "5",
    "p95 < 1s\nfailures < 1%",
    "",
  ]);
  made.start({ users: "7", thresholds: "p99 < 2s\n\n", connectTo: "10.0.0.1:1", locustfile: "/etc/passwd" });
  assertEquals([started[0]!.users, started[0]!.thresholds, started[0]!.locustfile], [7, ["p99 < 2s"], null]);
  assertEquals(made.state().phase, "starting");
  begin();
  assertEquals([made.state().phase, valueOf(made, "users")], ["running", "7"]);
  await end(resultOf(plainSummary(1, 1000)));
  assertEquals([made.state().phase, valueOf(made, "users")], ["idle", "7"]);
  made.start({ users: "" });
  assertEquals(started[1]!.users, 1, "an empty field takes its option away");
});

Deno.test("RunDesk names the field of each problem, in the words of the command line", () => {
  const { made } = desk();
  const problems = made.problems({ users: "0", rate: "x", arrivalRate: "y", thresholds: "p95" });
  assertEquals(problems.map(({ key }) => key).toSorted(), ["arrivalRate", "rate", "thresholds", "users"]);
  assert(problems.every(({ text }) => /^Cannot use --(?:users|rate|arrival-rate|threshold) /.test(text)));
  assertThrows(() => made.start({ users: "0" }), UsageError);
  assertEquals([made.problems(null), made.problems("x"), made.problems([1])], [[], [], []]);
});

Deno.test("RunDesk draws the load that the form asks for", () => {
  const { made } = desk();
  const ramp = made.preview({ users: "10", rate: "1", duration: "20s" })!;
  assertEquals([ramp.unit, ramp.points.length, ramp.points[0], ramp.points[100]], ["users", 201, [0, 0], [10, 10]]);
  assertEquals(made.preview({ arrivalRate: "50/s" })!.points.at(-1)![1], 50);
  assertEquals(made.preview({ users: "x" }), null);
});

Deno.test("RunDesk passes actions on to the run, and refuses them without one", async () => {
  const { made, calls, begin, end } = desk();
  assertThrows(() => made.act("stop", {}), DeskError, "no run is under way");
  assertThrows(() => made.act("note", { text: "x" }), DeskError, "no run is under way");
  made.start({});
  assertThrows(() => made.start({}), DeskError, "a run is under way");
  begin();
  made.act("pause", {});
  made.act("resume", {});
  made.act("add-users", { users: -1 });
  made.act("set-users", { users: 9 });
  assertThrows(() => made.act("set-rate", { perSecond: 5 }), DeskError, "this run has none");
  for (const users of [0, 1.5, "3", null, NaN, 1e12]) assertThrows(() => made.act("set-users", { users }), DeskError);
  assertThrows(() => made.act("note", { text: "  " }), DeskError, "empty");
  made.act("note", { text: "deployed v2" });
  made.act("stop", {});
  made.act("interrupt", {});
  assertEquals(calls(), [
    "paused: true",
    "paused: false",
    "users: -1",
    "users set: 9",
    "rate set: 5",
    "stop: stopped on the page",
    "interrupt",
  ]);
  await end(resultOf(plainSummary(1, 1000)));
  assert(made.report(1, "html")!.includes("deployed v2"));
  assertEquals(JSON.parse(made.report(1, "json")!).total.count, 1);
  assertEquals(made.report(1, "csv")!.split("\n")[1]!.split(",").slice(1, 6), ["GET", "/", "", "1", "1"]);
  assertEquals([made.report(2, "html"), made.report(NaN, "json")], [null, null]);
});

Deno.test("RunDesk keeps the last 20 runs, and says how one that failed ended", async () => {
  const { made, codes, end } = desk();
  for (let run = 0; run < MAX_RUNS + 2; run++) {
    made.start({});
    await end(run === MAX_RUNS + 1 ? new UsageError(["Cannot use that"]) : resultOf(plainSummary(1, 1000)));
  }
  const { runs, run } = made.state();
  assertEquals([runs.length, runs[0]!.id, runs.at(-1)!.id], [MAX_RUNS, MAX_RUNS + 2, 3]);
  assertEquals(run!.log.map(({ level, text }) => `${level}: ${text}`), ["error: Cannot use that"]);
  assertEquals([codes[0], codes.at(-1)], [0, 2]);
});
