import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startLlmServer } from "../../../../examples/llm_server.ts";
import { locust } from "../../../helpers/processes/command.ts";
import { timedTest } from "../../../helpers/timed_test.ts";

const EXAMPLE = fileURLToPath(new URL("../../../../examples/llm.ts", import.meta.url));
/** The server's schedule for 8 tokens: the first after 1 s, each further one after 0.4 s. */
const EXPECTED: Readonly<Record<string, number>> = { ttft: 1000, itl: 400, tpot: 400, e2e: 3800, "tokens/s": 8 / 3.8 };

timedTest(
  "examples/llm.ts measures a known schedule within 3 % at 100 users: ttft, itl, tpot, e2e, tokens/s",
  async () => {
    const server = startLlmServer(0);
    const file = await Deno.makeTempFile({ suffix: ".json" });
    try {
      const host = `http://127.0.0.1:${server.addr.port}`;
      const { code, stderr } = await locust([
        EXAMPLE,
        "--host",
        host,
        "-u",
        "100",
        "--rate",
        "25",
        "-i",
        "100",
        "--json",
        file,
      ]);
      assertEquals(code, 0, stderr);
      const { measures } = JSON.parse(await Deno.readTextFile(file));
      for (const [what, expected] of Object.entries(EXPECTED)) {
        const row = measures.find(({ name }: { name: string }) => name === `POST /v1/chat/completions ${what}`);
        assertEquals(row.count, what === "itl" ? 700 : 100);
        for (const figure of ["p50", "p99"]) {
          const error = Math.abs(row[figure] / expected - 1);
          assert(error <= 0.03, `${what} ${figure}: ${row[figure]}, expected ${expected}`);
        }
      }
    } finally {
      await server.shutdown();
      await Deno.remove(file);
    }
  },
);
