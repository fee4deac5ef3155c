// Every command block of the pages runs as it stands there, but for the address, against the demo's server, and shorter;
// blocks marked `sh internet` need what a test does not have.

import { assert, assertEquals } from "@std/assert";
import { codeBlocks, read, readerFiles, ROOT } from "../../scripts/docs/pages.ts";
import { demoServer } from "../helpers/servers/demo_server.ts";
import { parse } from "npm:yaml@2.8.1";

/** Leaves the machine to others. */
const LOCUSTFILE = `import { sleep } from "@x/locust";
export async function run(client) {
  await client.get("/hello");
  await client.get("/item/7", { name: "/item/:id" });
  await sleep("20ms");
}`;

/** Returns the blocks of a language over all pages, with the file each is from. */
function blocks(
  language: string,
): { readonly file: string; readonly flags: readonly string[]; readonly text: string }[] {
  return readerFiles().flatMap((file) =>
    codeBlocks(read(file)).filter((block) => block.language === language).map((block) => ({ file, ...block }))
  );
}

const commands = blocks("sh").filter(({ flags }) => flags.length === 0);
const hasBash = Deno.build.os !== "windows";

for (const [file, ofFile] of Map.groupBy(commands, ({ file }) => file)) {
  Deno.test({
    name: `${ofFile.length} commands of ${file} run${hasBash ? "" : " (skipped: bash only)"}`,
    ignore: !hasBash,
    fn: async () => {
      using server = await demoServer();
      await Promise.all(ofFile.map(({ text }) => runCommand(text, server.url)));
    },
  });
}

async function runCommand(text: string, url: string): Promise<void> {
  const cwd = await Deno.makeTempDir();
  await Deno.mkdir(`${cwd}/bin`);
  const shim = `#!/bin/sh\nexec "${Deno.execPath()}" run -A "${ROOT}main.ts" "$@"\n`;
  await Deno.writeTextFile(`${cwd}/bin/locust`, shim, { mode: 0o755 });
  if (!text.includes("locust init")) await Deno.writeTextFile(`${cwd}/locustfile.ts`, LOCUSTFILE);
  const script = text.replaceAll("http://localhost:8080", url).replaceAll(/--duration \w+/g, "--duration 1")
    .replaceAll(/--prometheus(?= |$)/gm, "--prometheus 0"); // its usual port may be taken
  const { code, stderr } = await new Deno.Command("bash", {
    args: ["-ec", script],
    cwd,
    env: { PATH: `${cwd}/bin:${Deno.env.get("PATH")}` },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  await Deno.remove(cwd, { recursive: true });
  assertEquals(code, 0, `${script}\n${new TextDecoder().decode(stderr)}`);
}

Deno.test("the pages mark commands that need the internet, and only those", () => {
  const internet = /\b(?:npx|curl|docker|jsr:)/;
  const marked = blocks("sh").filter(({ flags }) => flags.join() === "internet");
  assert(commands.length >= 10 && marked.length >= 6, `${commands.length} and ${marked.length} blocks`);
  assertEquals(commands.filter(({ text }) => internet.test(text)), []);
  assertEquals(marked.filter(({ text }) => !internet.test(text)), []);
});

Deno.test("the YAML of the pages can be parsed, and jobs end with a threshold", () => {
  const parsed = blocks("yaml").map(({ file, text }) => ({ file, content: JSON.stringify(parse(text)) }));
  const jobs = parsed.filter(({ file }) => file === "docs/checks-and-ci.md");
  assertEquals(jobs.map(({ content }) => content.includes("--threshold")), [true, true]);
});

Deno.test("the JSON of the pages can be parsed", () => {
  assert(blocks("json").length > 0);
  for (const { text } of blocks("json")) JSON.parse(text);
});
