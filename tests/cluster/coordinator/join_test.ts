import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { connectNats, type NatsConnection, networkOf } from "../../../lib/cluster/wire/connection.ts";
import { decode, encode } from "../../../lib/cluster/wire/reports/codec.ts";
import { type Call, CALL_SUBJECT, PROTOCOL, subjectsOf } from "../../../lib/cluster/wire/protocol.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { VERSION } from "../../../lib/core/version.ts";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { locust } from "../../helpers/processes/command.ts";
import { runOnMachines, untilHits } from "../../helpers/runs/machines.ts";
import { skippableTest } from "../../helpers/skippable.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Has a played agent of another version ask once to join; returns the answer. */
function askAsOld(connection: NatsConnection): Promise<unknown> {
  const join = { agent: "x1", name: "old", version: "0.0.1", protocol: PROTOCOL, cores: 1 };
  const answered = Promise.withResolvers<unknown>();
  connection.subscribe(CALL_SUBJECT, {
    max: 1,
    callback: (_, message) => {
      const { join: subject } = subjectsOf((decode(message.data) as Call).run);
      answered.resolve(networkOf(connection).request(subject, encode(join), { timeout: 5000 }).then(decode));
    },
  });
  return answered.promise;
}

skippableTest(
  "an agent of another version is left out with a warning that names both, and another takes its place",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using stack = new AsyncDisposableStack();
    const connection = await connectNats({ url: nats.url });
    stack.defer(() => connection.close());
    const answer = askAsOld(connection);
    const run = runOnMachines(nats.url, { url: server.url, iterations: 3 }, { machines: 1 });
    assertStringIncludes(JSON.stringify(await answer), "this agent is locust 0.0.1");
    stack.use(new Agent(nats.url, ["--once", "--name", "new"]));
    const { result, log } = await run;
    const { machines } = await result;
    assertEquals([machines.map(({ name }) => name), server.hits], [["new"], 3]);
    const ours = `locust ${VERSION} with protocol ${PROTOCOL}`;
    const warning = `Agent old is left out: it is locust 0.0.1 with protocol ${PROTOCOL}, expected ${ours}`;
    assertEquals(log.filter((line) => line.includes("left out")), [`warning: ${warning}`]);
  },
);

skippableTest("too few agents, one of another version: its name and what to do, exit 2", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  const connection = await connectNats({ url: nats.url });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => connection.close());
  void askAsOld(connection);
  const args = ["http://127.0.0.1:1/", "--machines", "1", "--nats", nats.url, "--wait", "500ms"];
  const { code, stderr } = await locust(args);
  assertEquals(code, 2, stderr);
  assertStringIncludes(stderr, "Cannot start: 0 of 1 agent joined within 500ms, 1 has another version (old)\n");
  assertStringIncludes(stderr, `hint: install locust ${VERSION} with protocol ${PROTOCOL} on all machines`);
});

skippableTest(
  "an agent that is in another run is named while it is waited for, and joins when that has ended",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using _agent = new Agent(nats.url, ["--name", "a"]);
    const first = await runOnMachines(nats.url, { url: server.url, duration: 60 }, { machines: 1 });
    await untilHits(server, 0, first);
    const isNamed = Promise.withResolvers<void>();
    const log = (_: string, line: string) => {
      if (line === "Agent a is in another run: it can join when that has ended") isNamed.resolve();
    };
    const short = await runOnMachines(nats.url, { url: server.url, iterations: 1 }, { machines: 1, waitMs: 600 });
    await assertRejects(
      () => short.result,
      UsageError,
      "Cannot start: 0 of 1 agent joined within 600ms, 1 is in another run (a)",
    );
    const second = await runOnMachines(nats.url, { url: server.url, iterations: 1 }, { machines: 1, log });
    await isNamed.promise;
    first.runner.stop("test");
    assertEquals((await first.result).exitCode, 0);
    assertEquals((await second.result).iterations, 1);
  },
);

skippableTest(
  "junk bytes where agents join end nothing: one warning, their number at the end; a bad name is refused",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    const connection = await connectNats({ url: nats.url });
    await using stack = new AsyncDisposableStack();
    stack.defer(() => connection.close());
    const refused = Promise.withResolvers<unknown>();
    connection.subscribe(CALL_SUBJECT, {
      max: 1,
      callback: (_, message) => {
        const { join: subject } = subjectsOf((decode(message.data) as Call).run);
        for (const junk of ["", "{", "null", "[]", '{"agent":1}', "\xff\x00"]) connection.publish(subject, junk);
        const join = { agent: "x1", name: "a\u001b[2J", version: "0.0.1", protocol: PROTOCOL, cores: 1 };
        const asked = networkOf(connection).request(subject, encode(join), { timeout: 5000 });
        refused.resolve(asked.then(decode));
        void asked.then(() => stack.use(new Agent(nats.url, ["--once"])));
      },
    });
    const { code, stderr } = await coordinate(nats.url, 1, [`${server.url}/`, "-i", "3"]);
    assertEquals([code, server.hits], [0, 3], stderr);
    assertEquals(stderr.match(/Ignored a message on locust\.\w+\.join that cannot be read/g)?.length, 1, stderr);
    assertStringIncludes(stderr, "Ignored 6 messages that could not be read");
    const reason = "its name is not 1 to 100 characters, none of them a control character";
    assertEquals(await refused.promise, { isAccepted: false, reason });
  },
);
