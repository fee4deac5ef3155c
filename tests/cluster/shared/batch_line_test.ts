import { assertEquals } from "@std/assert";
import { BatchLine, type FromMachine, type ToMachine } from "../../../lib/cluster/shared/batch_line.ts";
import { readFromMachine, readToMachine } from "../../../lib/cluster/shared/share_shapes.ts";
import type { Network } from "../../../lib/cluster/wire/link.ts";

const onBroken = (error: Error) => {
  throw error;
};

/** A network whose answers wait for a gate. */
function gatedNetwork(gate: Promise<void>): Network & { requests: number } {
  const served = new Map<string, (payload: Uint8Array) => Uint8Array | null>();
  const network = {
    requests: 0,
    request: async (subject: string, payload: Uint8Array) => {
      network.requests++;
      await gate;
      return served.get(subject)!(payload)!;
    },
    serve: (subject: string, answer: (payload: Uint8Array) => Uint8Array | null) => {
      served.set(subject, answer);
      return () => void served.delete(subject);
    },
  };
  return network;
}

Deno.test("BatchLine sends all that comes while a batch is on its way as the next one, in order", async () => {
  const gate = Promise.withResolvers<void>();
  const network = gatedNetwork(gate.promise);
  const keys: string[] = [];
  const last = Promise.withResolvers<void>();
  const there = new BatchLine<ToMachine, FromMachine>(network, "b", "a", (message) => {
    if (message.type === "ask" && keys.push(message.key) === 500) last.resolve();
  }, { read: readFromMachine, onBroken });
  const here = new BatchLine<FromMachine, ToMachine>(network, "a", "b", () => {}, { read: readToMachine, onBroken });
  for (let key = 0; key < 500; key++) here.send({ type: "ask", key: `${key}`, ask: { kind: "size", name: "q" } });
  gate.resolve();
  await last.promise;
  assertEquals([keys, network.requests], [Array.from({ length: 500 }, (_, key) => `${key}`), 2]);
  here.close();
  there.close();
});

Deno.test("BatchLine keeps 16 MiB of broadcasts for a machine that is behind: it drops the oldest, and answers never", async () => {
  const gate = Promise.withResolvers<void>();
  const network = gatedNetwork(gate.promise);
  const got: string[] = [];
  const last = Promise.withResolvers<void>();
  let drops = 0;
  const there = new BatchLine<FromMachine, ToMachine>(network, "b", "a", (message) => {
    if (message.type !== "recall") got.push(message.type === "deliver" ? message.name : message.key);
    if (message.type === "answer" && message.key === "last") last.resolve();
  }, { read: readToMachine, onBroken });
  const here = new BatchLine<ToMachine, FromMachine>(network, "a", "b", () => {}, {
    ...{ read: readFromMachine, onBroken },
    onDrop: () => drops++,
  });
  const answer = (key: string) => here.send({ type: "answer", key, answer: { value: null } });
  answer("first"); // on its way
  answer("second");
  for (let mebi = 0; mebi < 20; mebi++) {
    here.send({ type: "deliver", name: `${mebi}`, record: new Uint8Array(2 ** 20) });
  }
  answer("last");
  gate.resolve();
  await last.promise;
  assertEquals(got.slice(0, 2), ["first", "second"]);
  assertEquals([got.slice(2, -1), drops], [Array.from({ length: 15 }, (_, mebi) => `${mebi + 5}`), 1]);
  here.close();
  there.close();
});
