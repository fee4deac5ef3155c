// Users that do not get through onStart are named while the run goes on, and in its result.

import { assertEquals, assertMatch } from "@std/assert";
import { StartWatch } from "../../../lib/engine/worker/watch/start_watch.ts";
import { hopelessText, StartNotices } from "../../../lib/engine/run/start_notices.ts";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { timedTest } from "../../helpers/timed_test.ts";

Deno.test("StartWatch counts users that are in onStart for 3 s or more, and those that ended there", () => {
  const watch = new StartWatch();
  const [quick, slow, failing] = [{}, {}, {}];
  for (const user of [quick, slow, failing]) watch.begin(user, 1000);
  watch.pass(quick);
  watch.fail(failing, () => "401 Unauthorized");
  assertEquals(watch.at(3999), { stuck: 0, lost: 0, reason: "401 Unauthorized" });
  assertEquals(watch.at(4000), { stuck: 2, lost: 0, reason: "401 Unauthorized" });
  watch.end(slow, 4500);
  watch.end(failing, 4500);
  watch.end(quick, 4500);
  assertEquals(watch.at(5000), { stuck: 0, lost: 2, reason: "401 Unauthorized" });
});

Deno.test("StartWatch loses no user that was cut off within its first seconds, or got through at last", () => {
  const watch = new StartWatch();
  const [cutOff, late] = [{}, {}];
  watch.begin(cutOff, 1000);
  watch.begin(late, 1000);
  watch.fail(late, () => "refused");
  watch.end(cutOff, 2000);
  watch.pass(late);
  watch.end(late, 9000);
  assertEquals(watch.at(9000), { stuck: 0, lost: 0, reason: "refused" });
});

Deno.test("StartNotices reports all workers' users at once, then every 10 s", () => {
  const notices = new StartNotices();
  const state = [{ stuck: 1, lost: 0, reason: null }, { stuck: 2, lost: 0, reason: "refused" }];
  assertEquals(notices.due([{ stuck: 0, lost: 0, reason: null }], 10, 0), null);
  assertEquals(notices.due(state, 10, 3000), "3 of 10 users have not got past onStart: refused");
  assertEquals(notices.due(state, 10, 12_999), null);
  assertEquals(notices.due(state, 10, 13_000), "3 of 10 users have not got past onStart: refused");
  assertEquals(
    notices.due([{ stuck: 1, lost: 0, reason: null }], 1, 23_000),
    "1 of 1 user has not got past onStart: it has not returned",
  );
});

Deno.test("StartNotices reports again when others get stuck after all got through", () => {
  const notices = new StartNotices();
  const stuck = [{ stuck: 1, lost: 0, reason: "refused" }];
  assertEquals(notices.due(stuck, 2, 3000), "1 of 2 users has not got past onStart: refused");
  assertEquals(notices.due([{ stuck: 0, lost: 0, reason: null }], 2, 4000), null);
  assertEquals(notices.due(stuck, 2, 5000), null);
  assertEquals(notices.due(stuck, 2, 13_000), "1 of 2 users has not got past onStart: refused");
});

timedTest("users whose onStart fails or hangs are named during the run and in its result", async () => {
  const source = `import { HttpUser, sleep } from "@x/locust";
    export class Visitor extends HttpUser {
      override async onStart() { if (this.id === 0) throw new Error("no token"); if (this.id === 1) await sleep(60); }
      override async run() { await sleep(0.1); }
    }`;
  const { result, logs } = await runSource(source, { users: 3, workers: 2, duration: "5s", stopTimeout: 0 });
  assertMatch(logs.join("\n"), /WARNING 2 of 3 users have not got past onStart: no token \(locustfile\.ts:3\)/);
  assertMatch(result.warnings.join("\n"), /^2 users never got past onStart: no token \(locustfile\.ts:3\)$/);
});

Deno.test("StartWatch marks classes whose every user has failed 5 times as failing", () => {
  const watch = new StartWatch();
  const [a, b, c] = [{}, {}, {}];
  watch.begin(a, 0, "Failing");
  watch.begin(b, 0, "Failing");
  watch.begin(c, 0, "Passed");
  watch.pass(c);
  const fail = (user: object, times: number) => {
    for (let time = 0; time < times; time++) watch.fail(user, () => "401");
  };
  fail(a, 9);
  fail(b, 4);
  assertEquals(watch.classes, [{ userClass: "Failing", state: "trying" }, { userClass: "Passed", state: "passed" }]);
  fail(b, 1);
  assertEquals(watch.classes, [{ userClass: "Failing", state: "failing" }, { userClass: "Passed", state: "passed" }]);
});

Deno.test("hopelessText() names a class that fails on every worker with users of it", () => {
  const states = [{ stuck: 1, lost: 0, reason: "401 Unauthorized (locustfile.ts:3)" }];
  const of = (userClass: string, state: "passed" | "failing" | "trying") => ({ userClass, state });
  assertEquals(hopelessText([], states), null);
  assertEquals(hopelessText([of("A", "failing"), of("A", "trying")], states), null);
  assertEquals(hopelessText([of("A", "passed"), of("A", "failing"), of("B", "trying")], states), null);
  assertEquals(
    hopelessText([of("A", "failing"), of("B", "passed"), of("A", "failing")], states),
    "No user of A gets past onStart, each has failed 5 times: 401 Unauthorized (locustfile.ts:3)",
  );
});

Deno.test("-i 10 with an onStart that always fails ends after 5 failures of each user, exit 1", async () => {
  await using server = startServer();
  const source = `import { HttpUser } from "@x/locust";
    export class Shopper extends HttpUser {
      async onStart() { (await this.client.post("/status/401")).raiseForStatus(); }
      async run() { await this.client.get("/"); }
    }`;
  const { result } = await runSource(source, { iterations: 10, users: 2, workers: 2, host: server.url });
  assertEquals([result.exitCode, result.reason, result.iterations], [1, "no user gets past onStart", 0]);
  assertMatch(result.problems[0]!, /^No user of Shopper gets past onStart, each has failed 5 times: 401 Unauthorized/);
  assertEquals(server.hits, result.summary.total.count);
});
