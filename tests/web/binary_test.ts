import { assertEquals, assertStringIncludes } from "@std/assert";
import { BINARY, programTest } from "../helpers/processes/programs.ts";
import { startServer } from "../helpers/servers/test_server.ts";
import { servedPage } from "./served_page.ts";

programTest("serves the live page, and runs from it", BINARY, async () => {
  await using server = startServer();
  const script = `export async function run(client) { await client.get("/"); }`;
  const options = ["--host", server.url, "-i", "3", "--start", "--exit"];
  await using served = await servedPage(script, options, BINARY.command, "locustfile.js");
  const page = await (await fetch(served.origin)).text();
  assertStringIncludes(page, "function makeChart(");
  assertStringIncludes(page, "function formatMs(");
  assertEquals([await served.ended, server.hits], [0, 3]);
});
