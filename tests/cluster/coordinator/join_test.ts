import { assertEquals, assertStringIncludes } from "@std/assert";
import { connectNats, networkOf } from "../../../lib/cluster/wire/connection.ts";
import { decode, encode } from "../../../lib/cluster/wire/codec.ts";
import { type Call, CALL_SUBJECT, PROTOCOL, subjectsOf } from "../../../lib/cluster/wire/protocol.ts";
import { coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";

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
