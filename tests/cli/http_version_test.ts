// What the command says about the version of HTTP before the load.

import { assertEquals } from "@std/assert";
import { startApp } from "../helpers/runs/fake_app.ts";

async function run(...args: string[]) {
  const app = startApp({ args: ["http://a.test/", ...args] });
  app.runner.finish({ exitCode: 0 });
  return { code: await app.code, stderr: app.process.stderr.text, http: app.created[0]?.options.http };
}

Deno.test("locust --http takes a version, and leaves the choice to the server by default", async () => {
  for (const version of ["1.1", "2", "auto"] as const) assertEquals((await run("--http", version)).http, version);
  assertEquals((await run()).http, "auto");
});

Deno.test("locust --http refuses other versions, and a choice that fetch does not leave", async () => {
  const cases: readonly (readonly [args: string[], problem: string])[] = [
    [["--http", "3"], 'Cannot use --http "3": unknown value, expected 1.1, 2 or auto'],
    [
      ["--http", "2", "--transport", "fetch"],
      "Cannot use --http with the fetch transport, expected --transport socket",
    ],
  ];
  for (const [args, problem] of cases) {
    const { code, stderr, http } = await run(...args);
    assertEquals([code, http, stderr.split("\n")[0]], [2, undefined, problem]);
  }
  assertEquals((await run("--http", "auto", "--transport", "fetch")).code, 0);
});
