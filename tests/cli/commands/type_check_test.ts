import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { denoConfig, programCommand } from "../../../lib/cli/commands/deno_config.ts";
import { checkTypes, readErrors } from "../../../lib/cli/commands/type_check.ts";
import { locust } from "../../helpers/processes/command.ts";
import { locustfile } from "../../helpers/runs/run.ts";

Deno.test("locust check of a locustfile with a type error shows the user's line, exit 1", async () => {
  await using file = await locustfile(`import type { LocustClientSession } from "@x/locust";
export async function run(client: LocustClientSession) {
  await client.gett("/");
}
`);
  const { code, stdout, stderr } = await locust(["check", file.path]);
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot use ".*locustfile\.ts": 1 type error\nTS\d+ \[ERROR\]: Property 'gett' does not exist/);
  assertStringIncludes(stderr, `at ${file.path}:3:16`);
  for (const ours of ["Check ", "Warning", "Stack backtrace", "file://"]) {
    assertEquals(stderr.includes(ours), false, stderr);
  }
});

Deno.test("locust check does not check types of JavaScript", async () => {
  await using file = await locustfile("", {
    "plain.js": "export async function run(client) { await client.get('/'); }",
  });
  const { code, stdout } = await locust(["check", `${file.folder}/plain.js`]);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "  types: not checked, it is JavaScript\n");
});

Deno.test("checkTypes() is skipped in the binary", async () => {
  const types = await checkTypes("/a/locustfile.ts", { isStandalone: true, folder: null });
  assertEquals(types, { kind: "skipped", reason: `the binary cannot; "deno run -A jsr:@x/locust check" does` });
});

Deno.test("readErrors() counts type errors and treats other output as a skipped check", () => {
  const output = `Check locustfile.ts
TS1 [ERROR]: a
    at file:///a%20b/x.ts:1:2

TS2 [ERROR]: b
    at file:///a%20b/x.ts:3:4

Found 2 errors.

error: Type checking failed.
`;
  const text = "TS1 [ERROR]: a\n    at /a b/x.ts:1:2\n\nTS2 [ERROR]: b\n    at /a b/x.ts:3:4";
  assertEquals(readErrors(output), { kind: "failed", count: 2, text });
  assertEquals(readErrors("error: Module not found\n    at x"), { kind: "skipped", reason: "Module not found" });
  assertEquals(readErrors(""), { kind: "skipped", reason: "deno check failed" });
});

Deno.test("denoConfig() and programCommand() depend on the location of the program", () => {
  const checkout = { isStandalone: false, folder: "/src/locust" };
  const registry = { isStandalone: false, folder: null };
  const binary = { isStandalone: true, folder: null };
  assertEquals(Object.keys(denoConfig(registry)), ["imports"]);
  assertEquals(denoConfig(binary), denoConfig(registry));
  const { imports, links } = denoConfig(checkout) as { imports: unknown; links: string[] };
  assertEquals([imports, links[0]], [denoConfig(registry)["imports"], "/src/locust"]);
  assertEquals(links.every((link) => link.startsWith("/src/locust")), true);
  assertEquals([checkout, registry, binary].map(programCommand), [
    "deno run -A /src/locust/main.ts",
    "deno run -A jsr:@x/locust",
    "locust",
  ]);
});
