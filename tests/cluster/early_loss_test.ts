import { assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { Agent, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { runOnMachines } from "../helpers/runs/machines.ts";
import { startServer } from "../helpers/servers/test_server.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { timedTest } from "../helpers/timed_test.ts";

/** Silence after which an agent is lost, in milliseconds; shorter than that of the command. */
const LOST_AFTER_MS = 3000;

/** A locustfile that says to a URL where it is. */
const script = (url: string) => `
await (await fetch(\`${url}import/\${Deno.pid}\`)).text();
export async function setup() {
  await (await fetch("${url}setup/")).text();
}
export async function run(client) {
  await client.get("/");
}
`;

timedTest(
  "agents that are killed while they import, and stopped during setup(), are named; the third runs all of it, exit 1",
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using stack = new AsyncDisposableStack();
    const [a, b] = ["a", "b", "c"].map((name) => stack.use(new Agent(nats.url, ["--once", "--name", name])));
    const hooks = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
      const [, where, pid] = new URL(url).pathname.split("/");
      if (where === "setup") {
        b!.child.kill("SIGTERM");
        await b!.child.status;
      } else if (Number(pid) === a!.child.pid) a!.child.kill("SIGKILL");
      return new Response("");
    });
    stack.defer(() => hooks.shutdown());
    const folder = await Deno.makeTempDir({ prefix: "locust early " });
    stack.defer(() => Deno.remove(folder, { recursive: true }));
    const locustfile = join(folder, "locustfile.ts");
    await Deno.writeTextFile(locustfile, script(`http://127.0.0.1:${hooks.addr.port}/`));
    const { result, log } = await runOnMachines(
      nats.url,
      { locustfile, host: server.url, users: 6, iterations: 60 },
      { machines: 3, lostAfterMs: LOST_AFTER_MS },
    );
    const { exitCode, iterations, summary, problems, machines } = await result;
    assertEquals([exitCode, iterations, summary.total.count, server.hits], [1, 60, 60, 60], log.join("\n"));
    assertEquals(problems.length, 2);
    assertMatch(
      problems[0]!,
      /^Agent a is lost: silent for \ds, before the load began; the other 2 machines run the wh/,
    );
    assertMatch(
      problems[1]!,
      /^Agent b has left: it was stopped, before the load began; the other machine runs the wh/,
    );
    assertEquals(machines.map(({ name, status }) => `${name} ${status}`).toSorted(), ["a lost", "b left", "c ended"]);
  },
  NATS_MISSING,
);

skippableTest(
  "another agent takes the place of one that is stopped while others are waited for, exit 0",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using stack = new AsyncDisposableStack();
    const start = (name: string) => stack.use(new Agent(nats.url, ["--once", "--name", name]));
    const a = start("a");
    const { result, log } = await runOnMachines(nats.url, { url: server.url, iterations: 20 }, { machines: 2 });
    await a.until(/Found a run/);
    a.child.kill("SIGTERM");
    await a.child.status;
    for (const name of ["b", "c"]) start(name);
    const { exitCode, summary, machines } = await result;
    assertEquals([exitCode, summary.total.count, server.hits], [0, 20, 20], log.join("\n"));
    assertEquals(machines.map(({ name }) => name).toSorted(), ["b", "c"]);
    assertEquals(
      log.includes("warning: Agent a has left: it was stopped, before the load began"),
      true,
      log.join("\n"),
    );
  },
);
