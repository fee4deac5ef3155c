import { assertEquals } from "@std/assert";
import { MAX_WAITING_TEXTS, ScriptTexts } from "../../../lib/cluster/agent/script_texts.ts";
import { Link, type Network } from "../../../lib/cluster/wire/link.ts";
import type { FromAgent, ToAgent } from "../../../lib/cluster/wire/protocol.ts";

Deno.test("ScriptTexts keeps 1,000 lines for a coordinator that is behind, and says how many it dropped", async () => {
  const gate = Promise.withResolvers<void>();
  const sent: FromAgent[] = [];
  const network: Network = {
    request: async (_, chunk) => {
      await gate.promise;
      sent.push(JSON.parse(new TextDecoder().decode(chunk.subarray(5))));
      return new Uint8Array(0);
    },
    serve: () => () => {},
  };
  const link = new Link<FromAgent, ToAgent>(network, "a", "b", () => {});
  const texts = new ScriptTexts(link);
  const print = (text: string) => texts.send({ type: "print", text, isError: false });
  for (let line = 0; line < 5000; line++) print(`${line}`);
  assertEquals(link.waiting, MAX_WAITING_TEXTS);
  gate.resolve();
  await link.flush();
  print("after");
  await link.flush();
  // One is on its way while the others wait.
  assertEquals(
    sent.map((one) => one.type === "print" || one.type === "log" ? one.text : one.type),
    [
      ...Array.from({ length: 1001 }, (_, line) => `${line}`),
      "3999 lines of the script were dropped: it prints faster than they can be sent",
      "after",
    ],
  );
  link.close();
});
