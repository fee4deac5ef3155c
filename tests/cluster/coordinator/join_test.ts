import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectNats, networkOf } from "../../../lib/cluster/wire/connection.ts";
import { decode, encode } from "../../../lib/cluster/wire/reports/codec.ts";
import { type Call, CALL_SUBJECT, PROTOCOL, subjectsOf } from "../../../lib/cluster/wire/protocol.ts";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

skippableTest("a coordinator refuses an agent of another version, naming both, exit 2", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  const connection = await connectNats({ url: nats.url });
  const join = { agent: "x1", name: "old", version: "0.0.1", protocol: PROTOCOL, cores: 1 };
  const answered = Promise.withResolvers<unknown>();
  connection.subscribe(CALL_SUBJECT, {
    max: 1,
    callback: (_, message) => {
      const { join: subject } = subjectsOf((decode(message.data) as Call).run);
      answered.resolve(networkOf(connection).request(subject, encode(join), { timeout: 5000 }).then(decode));
    },
  });
  const { code, stderr } = await coordinate(nats.url, 1, ["http://127.0.0.1:1/"]);
  assertEquals(code, 2, stderr);
  assertStringIncludes(
    stderr,
    `Cannot use the agent "old": it is locust 0.0.1 with protocol ${PROTOCOL}, expected locust`,
  );
  assertStringIncludes(JSON.stringify(await answered.promise), "this agent is locust 0.0.1");
  await connection.close();
});

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
