import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startLlmServer } from "../../../../examples/llm_server.ts";
import { locust } from "../../../helpers/processes/command.ts";
import { aloneTest } from "../../../helpers/timed_test.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/llm.ts", import.meta.url));
/** The server's schedule for 8 tokens: the first after 1 s, each further one after 0.4 s. */
const SCHEDULED: Readonly<Record<string, number>> = { ttft: 1000, itl: 400, tpot: 400, e2e: 3800, "tokens/s": 8 / 3.8 };
const TOLERANCE = 0.03;

/** Returns the figures of one answer by when its tokens were sent; those of its gaps are several. */
function figuresOf(sentMs: readonly number[]): Readonly<Record<string, readonly number[]>> {
  const [ttft, e2e] = [sentMs[0]!, sentMs.at(-1)!];
  const itl = sentMs.slice(1).map((atMs, index) => atMs - sentMs[index]!);
  return {
    ...{ ttft: [ttft], itl, tpot: [(e2e - ttft) / (sentMs.length - 1)] },
    ...{ e2e: [e2e], "tokens/s": [sentMs.length / e2e * 1000] },
  };
}

function percentileOf(values: readonly number[], percentile: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(percentile / 100 * sorted.length) - 1]!;
}

function differenceOf(measured: number, expected: number): number {
  return Math.abs(measured / expected - 1);
}

/** Has the server compile its code, which delays its first answers by more than the tolerance. */
async function warmUp(host: string): Promise<void> {
  for (let request = 0; request < 20; request++) {
    const response = await fetch(`${host}/v1/chat/completions`, { method: "POST", body: "{}" });
    await response.body!.cancel(); // no answer of the server is complete
  }
}

aloneTest(
  "examples/llm.ts measures within 3 % when the server sent tokens, at 100 users: ttft, itl, tpot, e2e, tokens/s",
  async () => {
    const answers: ReturnType<typeof figuresOf>[] = [];
    const server = startLlmServer(0, (sentMs) => answers.push(figuresOf(sentMs)));
    const file = await Deno.makeTempFile({ suffix: ".json" });
    try {
      const host = `http://127.0.0.1:${server.addr.port}`;
      await warmUp(host);
      const args = [EXAMPLE, "--host", host, "-u", "100", "--rate", "25", "-i", "100", "--json", file];
      const { code, stderr } = await locust(args);
      assertEquals(code, 0, stderr);
      const { measures } = JSON.parse(await Deno.readTextFile(file));
      for (const [what, scheduled] of Object.entries(SCHEDULED)) {
        const row = measures.find(({ name }: { name: string }) => name === `POST /v1/chat/completions ${what}`);
        const sent = answers.flatMap((answer) => answer[what]!);
        assertEquals([row.count, sent.length], Array(2).fill(what === "itl" ? 700 : 100));
        for (const [figure, percentile] of [["p50", 50], ["p99", 99]] as const) {
          const [measured, actual] = [row[figure], percentileOf(sent, percentile)];
          const text = `${what} ${figure}: ${measured}, sent ${actual}, scheduled ${scheduled}`;
          assert(differenceOf(measured, actual) <= TOLERANCE, text);
          // On a busy machine the server itself is late: what is measured then is right.
          if (differenceOf(actual, scheduled) < 0.005) assert(differenceOf(measured, scheduled) <= TOLERANCE, text);
        }
      }
    } finally {
      await server.shutdown();
      await Deno.remove(file);
    }
  },
);
