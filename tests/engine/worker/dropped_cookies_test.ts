import { assertEquals } from "@std/assert";
import { runSource } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

Deno.test("a cookie over 4,096 bytes is dropped with one debug line, the others are kept", async () => {
  await using server = startServer((request) => {
    const headers = new Headers([["set-cookie", "id=7"], ["set-cookie", `large=${"v".repeat(4092)}`]]);
    return new Response(request.headers.get("cookie"), { headers });
  });
  const source = `export async function run(client) {
    await client.get("/");
    const response = await client.get("/");
    if (await response.text() !== "id=7") throw new Error(await response.text());
  }`;
  const { result, logs } = await runSource(source, {
    host: server.url,
    users: 2,
    iterations: 2,
    workers: 1,
    logLevel: "debug",
  });
  assertEquals([result.summary.errors, result.iterations], [[], 2]);
  assertEquals(logs.filter((line) => line.includes("cookie")), [
    'DEBUG [Worker 1] Dropped the cookie "large": it has 4097 bytes, expected at most 4096 for name and value',
  ]);
});
