// Every TypeScript block of the pages runs: one that exports `run` or a class as a locustfile without a failure, any
// other as a program. Blocks marked `no-run` are only type-checked, and those that show a file of examples/recipes run in
// tests/recipes_test.ts.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { codeBlocks, read, readerFiles, ROOT } from "../../scripts/docs/pages.ts";
import { locust } from "../helpers/processes/command.ts";
import { demoServer } from "../helpers/servers/demo_server.ts";

const blocks = readerFiles().flatMap((file) =>
  codeBlocks(read(file)).filter(({ language }) => language === "ts").map((block) => ({ file, ...block }))
);

const recipes = new Set(
  [...Deno.readDirSync(`${ROOT}examples/recipes`)].map(({ name }) => read(`examples/recipes/${name}`).trimEnd()),
);
const running = blocks.filter(({ flags, text }) => flags.length === 0 && !recipes.has(text));

for (const [file, ofFile] of Map.groupBy(running, ({ file }) => file)) {
  Deno.test(`${ofFile.length} TypeScript blocks of ${file} run`, async () => {
    using server = await demoServer();
    await Promise.all(ofFile.map(({ text }) => runBlock(text, server.url)));
  });
}

async function runBlock(text: string, host: string): Promise<void> {
  const cwd = await Deno.makeTempDir();
  try {
    await Deno.copyFile(`${ROOT}examples/accounts.csv`, `${cwd}/accounts.csv`);
    await Deno.writeTextFile(`${cwd}/block.ts`, text.replaceAll("http://localhost:8080", host));
    if (/^export (?:async function run|class)\b/m.test(text)) await runLocustfile(cwd, host, text);
    else await runProgram(`${cwd}/block.ts`);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

async function runLocustfile(cwd: string, host: string, text: string): Promise<void> {
  const args = ["block.ts", "--host", host, "-u", "4", "-w", "2", "-d", "1.5", "-i", "40"];
  const { code, stdout, stderr } = await locust(args, { cwd });
  assertEquals([code, / ERROR /.test(stderr)], [0, false], text + stdout + stderr);
  assertMatch(stdout, /Total +[1-9]\d* +0 \(0\.0%\)/);
}

async function runProgram(path: string): Promise<void> {
  const args = ["run", "-A", "--config", `${ROOT}deno.json`, path];
  const { code, stderr } = await new Deno.Command(Deno.execPath(), { args, stdin: "null", stderr: "piped" }).output();
  assertEquals(code, 0, new TextDecoder().decode(stderr));
}

Deno.test("each TypeScript block of the pages is type-checked, and nearly all run", () => {
  assertEquals(blocks.filter(({ flags }) => flags.includes("ignore")), []);
  const others = blocks.length - running.length - recipes.size;
  assert(running.length >= 20 && others <= 3, `${running.length} of ${blocks.length} run, ${recipes.size} are recipes`);
});
