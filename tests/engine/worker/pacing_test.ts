import { assert, assertEquals } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { timedTest } from "../../helpers/timed_test.ts";
import { startServer, type TestServer } from "../../helpers/servers/test_server.ts";
import { TURNS, turnsMissed } from "../../helpers/turns.ts";

/** How many turns a worker may get before it does what is due: a timer is late by one or two. */
const MAX_TURNS = 4;

/** Returns a locustfile whose users tell the server when their iterations began, and which turns their worker got. */
function paced(waitTime: string, body: string): string {
  return `
    import { constantPacing, constantThroughput, HttpUser, sleep } from "@x/locust";
    ${TURNS}
    export class One extends HttpUser {
      static waitTime = ${waitTime};
      starts = [];
      ends = [];
      async run() {
        this.starts.push(instant());
        ${body}
        this.ends.push(instant());
      }
      async onStop() { await this.client.post("/starts", { json: { starts: this.starts, ends: this.ends, turns } }); }
    }`;
}

/** What a user told: when its iterations began and ended, and when its worker got a turn. */
interface Told {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly turns: readonly number[];
}

function told(server: TestServer): Told[] {
  return server.requests.map(({ body }) => JSON.parse(body));
}

for (const workers of [1, 2, 4]) {
  for (const waitTime of [`constantPacing("100ms")`, "constantThroughput(10)"]) {
    timedTest(`${waitTime} begins one every 100 ms with random work, on ${workers} workers`, async () => {
      await using server = startServer();
      const source = paced(waitTime, "await sleep(Math.random() * 0.09);");
      await runSource(source, { users: 4, duration: 3, workers, host: server.url });
      const users = told(server);
      assertEquals(users.length, 4);
      for (const { starts, ends, turns } of users) {
        // Due every 100 ms from the first, or when the one before has ended, which the machine may hold up; those that a
        // user skips, being behind, are left out.
        const offsets = starts.map((ms, index) => ms - index * 100);
        const planMs = Math.min(...offsets);
        const missed = starts.map((ms, index) => {
          const skipped = Math.floor((offsets[index]! - planMs) / 100);
          return turnsMissed(turns, Math.max(planMs + (index + skipped) * 100, ends[index - 1] ?? 0), ms);
        });
        const shown = `${offsets.map((ms) => Math.round(ms - planMs)).join(" ")} ms late, turns ${missed.join(" ")}`;
        assert(missed.filter((count) => count <= MAX_TURNS).length >= starts.length * 0.95, shown);
        assert(missed.slice(-10).includes(0), `what is late adds up: ${shown}`);
        assert(starts.length >= 27, shown);
      }
    });
  }

  timedTest(`users of one ramp don't stay in lock-step when they are paced, on ${workers} workers`, async () => {
    await using server = startServer();
    const users = 8;
    await runSource(paced(`constantPacing("400ms")`, ""), { users, duration: 2, workers, host: server.url });
    const firsts = told(server).map(({ starts }) => starts[0]!).toSorted((a, b) => a - b);
    assertEquals(firsts.length, users);
    const gaps = firsts.slice(1).map((time, index) => time - firsts[index]!);
    // Evenly spread they would be 50 ms apart over 350; a machine that is busy may hold some up until the next ones.
    assert(firsts.at(-1)! - firsts[0]! > 250, gaps.map(Math.round).join(" "));
    assert(gaps.filter((gap) => gap > 10).length >= 3, gaps.map(Math.round).join(" "));
  });
}

timedTest("-u 20 -r 10 -w 4 starts a user every 100 ms", async () => {
  await using server = startServer();
  const source = `
    import { HttpUser, sleep } from "@x/locust";
    ${TURNS}
    export class One extends HttpUser {
      async onStart() { this.started = instant(); }
      async run() { await sleep(0.05); }
      async onStop() { await this.client.post("/starts", { json: { starts: [this.started], ends: [], turns } }); }
    }`;
  await runSource(source, { users: 20, rate: 10, duration: "2.2s", workers: 4, host: server.url });
  const users = told(server).toSorted((a, b) => a.starts[0]! - b.starts[0]!);
  assertEquals(users.length, 20);
  const offsets = users.map(({ starts }, index) => starts[0]! - index * 100);
  const planMs = Math.min(...offsets);
  const missed = users.map(({ starts, turns }, index) => turnsMissed(turns, planMs + index * 100, starts[0]!));
  const shown = `${offsets.map((ms) => Math.round(ms - planMs)).join(" ")} ms late, turns ${missed.join(" ")}`;
  assert(missed.every((count) => count <= MAX_TURNS), shown);
});

for (
  const waitTime of [`constant("1000h")`, "() => Infinity", `constantPacing("1000h")`, `constantThroughput("0.001/h")`]
) {
  Deno.test(`${waitTime} pauses for longer than a timer takes, till the end of the run`, async () => {
    await using server = startServer();
    const source = `
      import { constant, constantPacing, constantThroughput, HttpUser } from "@x/locust";
      export class One extends HttpUser {
        static waitTime = ${waitTime};
        async run() { await this.client.get("/"); }
        async onStop() { await this.client.get("/stop"); }
      }`;
    const { result } = await runSource(source, { duration: "500ms", host: server.url });
    assertEquals([result.iterations, server.hitsByPath.get("/"), server.hitsByPath.get("/stop")], [1, 1, 1]);
  });
}
