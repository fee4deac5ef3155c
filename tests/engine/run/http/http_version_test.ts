// The version of HTTP of a whole run: what the options and the class say, and what the server supports.

import { assertEquals } from "@std/assert";
import { runSource } from "../../../helpers/runs/run.ts";
import { startHostile } from "../../../http/conformance/cases/hostile_server.ts";
import { startRecording } from "../../../http/conformance/seen_request.ts";

for (const http of ["1.1", "2", "auto"] as const) {
  Deno.test(`a run with http "${http}" on http:// has its rows' protocol in the result`, async () => {
    await using server = startRecording();
    const source = `import { HttpUser } from "@x/locust";
      export class Plain extends HttpUser { async run() { await this.client.get("/"); } }
      export class Own extends HttpUser { static client = { http: "2" }; async run() { await this.client.get("/own"); } }`;
    const { result } = await runSource(source, { users: 2, iterations: 10, workers: 1, host: server.url, http });
    const protocols = Object.fromEntries(result.summary.rows.map(({ name, protocol }) => [name, protocol]));
    assertEquals(protocols, { "/": http === "2" ? "2" : "1.1", "/own": "2" });
    assertEquals(result.summary.total.failures, 0);
    assertEquals(server.requests.length, result.summary.total.count);
  });
}

Deno.test("a run with http 2 and a server without it says so once", async () => {
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response("hello"));
  await using plain = startHostile(async (connection) => {
    await connection.readUntil("\r\n\r\n");
    await connection.send("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
    await connection.drain();
  });
  const source = `export async function run(client) { await client.get("/").catch(() => {}); }`;
  const options = { users: 2, iterations: 10, workers: 1, http: "2" as const };
  const { result } = await runSource(source, { ...options, host: `http://127.0.0.1:${plain.port}` });
  assertEquals(result.summary.total.failures, 10);
  assertEquals(result.summary.errors.map(({ text, count }) => `${count} ${text}`), [
    "10 the server answers in HTTP/1.1, not HTTP/2",
  ]);
  const told = result.warnings.filter((text) => text.includes("does not support HTTP/2"));
  assertEquals(told.length, 1);
  // hyper speaks both.
  const other = await runSource(source, { ...options, host: `http://127.0.0.1:${server.addr.port}` });
  assertEquals([other.result.summary.total.failures, other.result.summary.total.protocol], [0, "2"]);
});
