import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Agent, coordinate, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { timedTest } from "../helpers/timed_test.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";

const COORDINATOR = fileURLToPath(new URL("../helpers/processes/short_coordinator.ts", import.meta.url));

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

skippableTest(
  "a NATS server that is killed for 2 s in mid-run loses nothing, nor does an agent stopped for 1.5 s",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using a = new Agent(nats.url, ["--name", "a"]);
    await using _b = new Agent(nats.url, ["--name", "b"]);
    const args = [`${server.url}/delay/20`, "-u", "4", "-d", "7", "--json", "-"];
    const run = coordinate(nats.url, 2, args);
    await untilHit(server);
    await sleep(500);
    await nats.kill();
    await sleep(2000);
    await nats.resume();
    await sleep(1000);
    a.child.kill("SIGSTOP");
    await sleep(1500);
    a.child.kill("SIGCONT");
    const { code, stdout, stderr } = await run;
    assertEquals(code, 0, stderr);
    const { total, run: { problems } } = JSON.parse(stdout);
    assertEquals([total.count, problems], [server.hits, []], stderr);
    assertStringIncludes(stderr, "The connection to the NATS server is lost: trying again");
  },
);

timedTest(
  "an agent whose coordinator is killed ends its load in time, and leaves what it measured as JSON with its name",
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    const cwd = await Deno.makeTempDir({ prefix: "locust alone " });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => Deno.remove(cwd, { recursive: true }));
    const agent = stack.use(new Agent(nats.url, ["--once", "--name", "a/b"], { cwd }));
    const args = ["run", "-A", COORDINATOR, nats.url, `${server.url}/delay/20`, "3000"];
    const command = new Deno.Command(Deno.execPath(), { args, stdin: "null", stdout: "null", stderr: "null" });
    const coordinator = command.spawn();
    await untilHit(server);
    await sleep(1000);
    coordinator.kill("SIGKILL");
    const killedMs = performance.now();
    await coordinator.status;
    const [, path] = await agent.until(/What was measured here is in (locust-\w{32}-a_b\.json)/);
    assert(performance.now() - killedMs < 6000, `${performance.now() - killedMs} ms`);
    const { run, total } = JSON.parse(await Deno.readTextFile(join(cwd, path!)));
    assertEquals([total.count + run.interruptedRequests, run.exitCode], [server.hits, 1]);
    assertEquals([run.mostUsers, run.reason], [4, "the coordinator was lost"]);
    assertEquals((await agent.child.status).code, 0);
  },
  NATS_MISSING,
);
