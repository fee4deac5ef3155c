import { assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { noteLines } from "../../../lib/report/summary_text.ts";

const SOURCE = `
  import { User } from "@x/locust";
  export class Shopper extends User {
    static override tasks = { browse: 3, buy: { weight: 1, tags: ["smoke"] } };
    browse() { console.log("browse"); }
    async buy() { await null; console.log("buy"); }
  }
`;

async function printed(options: { seed?: number; only?: string }): Promise<{ lines: string[]; seed: number | null }> {
  const lines: string[] = [];
  const { result } = await runSource(SOURCE, { iterations: 40, ...options }, {
    print: (text) => lines.push(...text.trim().split("\n")),
  });
  assertStringIncludes(noteLines(result)[0]!, `seed ${result.seed}`);
  return { lines, seed: result.seed };
}

Deno.test("a run with the seed of another calls the same tasks in the same order", async () => {
  const first = await printed({});
  assertEquals(first.lines.length, 40);
  const again = await printed({ seed: first.seed! });
  assertEquals(again, first);
  const other = await printed({ seed: (first.seed! + 1) % 2 ** 32 });
  assertNotEquals(other.lines, first.lines);
});

Deno.test("--only with a tag runs only the tasks that have it", async () => {
  const { lines } = await printed({ only: "tag:smoke" });
  assertEquals(lines, Array(40).fill("buy"));
});

Deno.test("an error of a task names the task", async () => {
  const source = `
    import { User } from "@x/locust";
    export class Shopper extends User {
      static override tasks = { buy: 1 };
      buy() { throw new Error("no money"); }
    }
  `;
  const { result } = await runSource(source, { iterations: 3 });
  assertEquals(result.summary.errors.map(({ where, text, count }) => [where, text, count]), [
    ["buy", "no money (locustfile.ts:5)", 3],
  ]);
});
