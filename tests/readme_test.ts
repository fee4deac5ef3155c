// Every command block of the README runs as it stands there, but for the address, against the demo's server, and shorter;
// blocks marked `sh internet` need what a test has not.

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { parse } from "npm:yaml@2.8.1";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const README = Deno.readTextFileSync(`${ROOT}README.md`);

const LOCUSTFILE = `export async function run(client) {
  await client.get("/hello");
  await client.get("/item/7", { name: "/item/:id" });
}`;

/** Returns the blocks of a language, without their indentation; those with a further word in their first line are not. */
function blocks(language: string): string[] {
  const found = README.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^\\1\`\`\`$`, "gm"));
  return [...found].map(([, indent, text]) => text!.replaceAll(new RegExp(`^${indent}`, "gm"), "").trim());
}

async function demoServer(): Promise<Disposable & { readonly url: string }> {
  const worker = new Worker(new URL("../examples/demo_server.ts", import.meta.url), { type: "module" });
  const url = await new Promise<string>((resolve) => worker.onmessage = (event) => resolve(event.data));
  return { url, [Symbol.dispose]: () => worker.terminate() };
}

const commands = blocks("sh");
const hasBash = Deno.build.os !== "windows";

for (const [index, command] of commands.entries()) {
  Deno.test({
    name: `README command ${index + 1}: ${command.split("\n")[0]}${hasBash ? "" : " (skipped: bash only)"}`,
    ignore: !hasBash,
    fn: async () => {
      using server = await demoServer();
      const cwd = await Deno.makeTempDir();
      await Deno.mkdir(`${cwd}/bin`);
      const shim = `#!/bin/sh\nexec "${Deno.execPath()}" run -A "${ROOT}main.ts" "$@"\n`;
      await Deno.writeTextFile(`${cwd}/bin/locust`, shim, { mode: 0o755 });
      if (!command.includes("locust init")) await Deno.writeTextFile(`${cwd}/locustfile.ts`, LOCUSTFILE);
      const script = command
        .replaceAll("http://localhost:8080", server.url)
        .replaceAll(/--duration \w+/g, "--duration 1")
        .replaceAll("--quiet", `--quiet --host ${server.url}`);
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
    },
  });
}

Deno.test("the README has command blocks, and marks those that need the internet", () => {
  assert(commands.length >= 3, `${commands.length} blocks`);
  for (const command of commands) assert(!/\b(?:npx|curl|docker|jsr:)/.test(command), command);
  assert(blocks("sh internet").length >= 3);
});

Deno.test("the README's jobs are YAML and end with a threshold", () => {
  const jobs = blocks("yaml");
  assertEquals(jobs.length, 2);
  for (const job of jobs) assert(JSON.stringify(parse(job)).includes("--threshold"));
});
