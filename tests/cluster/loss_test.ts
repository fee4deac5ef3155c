import { assertEquals, assertStringIncludes } from "@std/assert";
import { Agent, coordinate, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

skippableTest(
  "a NATS server that is killed for 5 s in mid-run loses nothing, nor does an agent stopped for 3 s",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using a = new Agent(nats.url, ["--name", "a"]);
    await using _b = new Agent(nats.url, ["--name", "b"]);
    const args = [`${server.url}/delay/20`, "-u", "4", "-d", "12", "--json", "-"];
    const run = coordinate(nats.url, 2, args);
    await untilHit(server);
    await sleep(500);
    await nats.kill();
    await sleep(5000);
    await nats.resume();
    await sleep(1500);
    a.child.kill("SIGSTOP");
    await sleep(3000);
    a.child.kill("SIGCONT");
    const { code, stdout, stderr } = await run;
    assertEquals(code, 0, stderr);
    const { total, run: { problems } } = JSON.parse(stdout);
    assertEquals([total.count, problems], [server.hits, []], stderr);
    assertStringIncludes(stderr, "The connection to the NATS server is lost: trying again");
  },
);

skippableTest(
  "an agent that is killed is named and the run stops with exit 1; the other waits for the next run",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using a = new Agent(nats.url, ["--name", "a"]);
    await using b = new Agent(nats.url, ["--name", "b"]);
    const args = [`${server.url}/delay/20`, "-u", "4", "-d", "60", "--json", "-"];
    const run = coordinate(nats.url, 2, args);
    await untilHit(server);
    await sleep(1500);
    a.child.kill("SIGKILL");
    const killedMs = performance.now();
    const { code, stdout, stderr } = await run;
    assertEquals(code, 1, stderr);
    assertEquals(performance.now() - killedMs < 20_000, true);
    assertStringIncludes(JSON.parse(stdout).run.problems.join(), "Agent a is lost: silent for 10 s; it had reported");
    await b.until(/The run has ended/);
  },
);

skippableTest("an agent whose coordinator is killed ends its load within 10 s", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  await using server = startServer();
  await using agent = new Agent(nats.url, ["--once"]);
  let killedMs = 0;
  const kill = async (process: Deno.ChildProcess) => {
    await untilHit(server);
    process.kill("SIGKILL");
    killedMs = performance.now();
  };
  const args = [`${server.url}/delay/20`, "-u", "4", "-d", "60"];
  await coordinate(nats.url, 1, args, { when: [["Starting test", (process) => void kill(process)]] });
  await agent.until(/The coordinator has been silent for too long: its run ends here/);
  assertEquals(performance.now() - killedMs < 10_000, true);
  assertEquals((await agent.child.status).code, 0);
});
