// An agent and a coordinator that is not one: what it refuses to run, and that it waits on.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { packBundle } from "../../../lib/cluster/files/bundle.ts";
import { decode, encode } from "../../../lib/cluster/wire/reports/codec.ts";
import { closeNats, connectNats, networkOf } from "../../../lib/cluster/wire/connection.ts";
import { serveFiles } from "../../../lib/cluster/wire/file_transfer.ts";
import { Link } from "../../../lib/cluster/wire/link.ts";
import { proofOf } from "../../../lib/cluster/wire/proof.ts";
import {
  CALL_SUBJECT,
  type FromAgent,
  type Join,
  subjectsOf,
  type ToAgent,
} from "../../../lib/cluster/wire/protocol.ts";
import type { RunOptions } from "../../../lib/engine/options/options.ts";
import { Agent, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";

skippableTest(
  "an agent refuses files of another hash and runs without proof with one line, and waits on",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using agent = new Agent(nats.url, ["--agent-secret", "s", "--once"]);
    await agent.until(/is waiting for runs/);
    const connection = await connectNats({ url: nats.url });
    const network = networkOf(connection);
    const good = packBundle("locustfile.ts", [{
      path: "locustfile.ts",
      bytes: new TextEncoder().encode("throw 'ran';"),
    }]);
    const other = packBundle("locustfile.ts", [{
      path: "locustfile.ts",
      bytes: new TextEncoder().encode("throw 'bad';"),
    }]);
    const options = { url: null, locustfile: null } as unknown as RunOptions;

    /** Plays a coordinator; returns what the agent says of the run. */
    const play = async (run: string, packed: Uint8Array, proof: (run: string) => string | null): Promise<FromAgent> => {
      const [subjects, said] = [subjectsOf(run), Promise.withResolvers<FromAgent>()];
      const joined = Promise.withResolvers<string>();
      const ends = [
        serveFiles(network, subjects.files, packed),
        network.serve(subjects.join, (bytes) => {
          joined.resolve((decode(bytes) as Join).agent);
          return encode({ isAccepted: true });
        }),
      ];
      connection.publish(CALL_SUBJECT, encode({ run }));
      const id = await joined.promise;
      const link = new Link<ToAgent, FromAgent>(network, subjects.toAgent(id), subjects.fromAgent(id), (message) => {
        said.resolve(message);
      });
      const files = { bundle: good.head, proof: proof(run) };
      link.send({ type: "load", id: 1, options, workers: 1, aloneAfterMs: 8000, ...files });
      const answer = await said.promise;
      link.send({ type: "end" });
      await link.flush();
      link.close();
      ends.forEach((end) => end());
      return answer;
    };
    const prove = (run: string) => proofOf("s", run, options, good.head);

    const failures = [
      await play("hash", other.packed, prove),
      await play("none", good.packed, () => null),
      await play("replayed", good.packed, () => prove("hash")),
    ];
    for (const [index, failed] of failures.entries()) {
      assertEquals([failed.type, failed.type === "failed" && failed.kind], ["failed", "usage"]);
      const text = index === 0 ? `their SHA-256 is ${other.head.hash}, expected ${good.head.hash}` : "--agent-secret";
      assertStringIncludes(JSON.stringify(failed), text);
    }
    await agent.until(
      new RegExp(`Cannot take part in a run: Cannot use the files of the run: their SHA-256 is ${other.head.hash}`),
    );
    const [log] = await agent.until(
      /^[^]*(?:Cannot take part in a run: its coordinator does not have this agent's secret[^]*){2}/,
    );
    assertEquals(log.includes("Joined a run"), false, log); // what it refuses, it has not joined
    await closeNats(connection);
  },
);
