import { assertEquals } from "@std/assert";
import { Link, type Network } from "../../../lib/cluster/wire/link.ts";
import { seededRandom } from "../../helpers/random.ts";

/** Loses some requests on their way, and some answers on theirs. */
function lossyNetwork(random: () => number, lossRatio: number): Network & { lost: number } {
  const servers = new Map<string, (payload: Uint8Array) => Uint8Array | null>();
  const network = {
    lost: 0,
    request: async (subject: string, payload: Uint8Array) => {
      await Promise.resolve();
      const isLost = () => random() < lossRatio && network.lost++ >= 0;
      if (isLost()) throw new Error("timeout");
      const answer = servers.get(subject)?.(payload.slice()) ?? null;
      if (answer === null || isLost()) throw new Error("timeout");
      return answer;
    },
    serve: (subject: string, answer: (payload: Uint8Array) => Uint8Array | null) => {
      servers.set(subject, answer);
      return () => void servers.delete(subject);
    },
  };
  return network;
}

Deno.test("Link delivers each message once and in order when requests and acknowledgements are lost", async () => {
  const network = lossyNetwork(seededRandom(7), 0.4);
  const taken: number[] = [];
  const [a, b] = [
    new Link<number, never>(network, "b", "a", () => {}, { retryMs: 0 }),
    new Link<never, number>(network, "a", "b", (message) => taken.push(message), { retryMs: 0 }),
  ];
  const sent = Array.from({ length: 100 }, (_, index) => index);
  for (const one of sent) a.send(one);
  await a.flush();
  assertEquals(taken, sent);
  assertEquals(network.lost > 30, true);
  a.close();
  b.close();
});

Deno.test("Link cuts a message that is larger than a server takes, and puts it together again", async () => {
  const network = lossyNetwork(seededRandom(3), 0.3);
  const taken: string[] = [];
  const [a, b] = [
    new Link<string, never>(network, "b", "a", () => {}, { retryMs: 0 }),
    new Link<never, string>(network, "a", "b", (message) => taken.push(message), { retryMs: 0 }),
  ];
  const large = "xyz€".repeat(400_000);
  a.send("first");
  a.send(large);
  a.send("last");
  await a.flush();
  assertEquals(taken.map((text) => text.length), [5, large.length, 4]);
  assertEquals(taken[1] === large, true);
  a.close();
  b.close();
});

Deno.test("Link ends its wait when it is closed while the other end is silent", async () => {
  const network = lossyNetwork(() => 0, 1);
  const link = new Link<string, never>(network, "b", "a", () => {}, { retryMs: 0 });
  link.send("never arrives");
  const flushed = link.flush();
  link.close();
  await flushed;
  await new Promise((resolve) => setTimeout(resolve, 5)); // its last attempt
});

Deno.test("Link receives nothing more from an end that sends what cannot be read, or a message without an end", async () => {
  const junk = ["{", '{"$locust":"floats","value":1e9}', '{"$locust":"bytes","value":5}', '{"$locust":"x","value":""}'];
  for (const text of [...junk, "long".repeat(100)]) {
    const network = lossyNetwork(() => 1, 0);
    const [taken, broken]: [unknown[], string[]] = [[], []];
    const link = new Link<never, unknown>(network, "b", "a", (message) => taken.push(message), {
      ...{ maxBytes: 100, onBroken: ({ message }) => broken.push(message) },
    });
    const send = async (number: number, isLast: boolean, part: string) => {
      const chunk = new Uint8Array([0, 0, 0, number, isLast ? 1 : 0, ...new TextEncoder().encode(part)]);
      await network.request("a", chunk, { timeout: 1 }).catch(() => {});
    };
    await send(0, true, "1");
    await send(1, text.length < 100, text);
    await send(2, true, "2");
    assertEquals([taken, broken.length], [[1], 1], text);
    assertEquals(broken[0]!.startsWith("Cannot read a message: "), true, broken[0]);
    link.close();
  }
});
