// What strangers may try on the page's server, over real connections.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";
import { type ServedPage, servedPage } from "./served_page.ts";

const SCRIPT =
  `export async function run(client) { await client.get("/"); await new Promise((r) => setTimeout(r, 20)); }`;

/** Sends a request as it is written, and returns the status of the answer; a long body is announced and not sent. */
async function status({ origin }: ServedPage, head: readonly string[], body = ""): Promise<number> {
  const { hostname, port } = new URL(origin);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const sent = body.length > 100_000 ? "" : body;
  const text = [...head, "Connection: close", `Content-Length: ${body.length}`, "", sent].join("\r\n");
  await connection.write(new TextEncoder().encode(text));
  const buffer = new Uint8Array(1024);
  const length = await connection.read(buffer) ?? 0;
  return Number(new TextDecoder().decode(buffer.subarray(0, length)).split(" ")[1]);
}

/** Exchanges the token for the cookie. */
async function cookieOf({ origin, token }: ServedPage): Promise<string> {
  const response = await fetch(`${origin}/api/session`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  await response.body?.cancel();
  const cookie = response.headers.get("set-cookie")!;
  assertStringIncludes(cookie, "; HttpOnly; SameSite=Strict");
  return cookie.split(";")[0]!;
}

Deno.test("requests of a stranger to the page are refused, and the run continues unchanged", async () => {
  await using server = startServer();
  await using served = await servedPage(SCRIPT, ["--host", server.url, "--duration", "60s", "--start"]);
  await untilHit(server);
  const cookie = await cookieOf(served);
  const host = new URL(served.origin).host;
  const good = {
    Host: host,
    Origin: served.origin,
    Cookie: cookie,
    "Content-Type": "application/json",
  };
  const send = (line: string, changes: Record<string, string | null> = {}, body = "{}") => {
    const headers = Object.entries({ ...good, ...changes }).filter(([, value]) => value !== null);
    return status(served, [`${line} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)], body);
  };
  const stop = "POST /api/stop";
  const answers = {
    "a wrong Host": await send(stop, { Host: "evil.example" }),
    "a name rebound to this address": await send(stop, { Host: `evil.example:${new URL(served.origin).port}` }),
    "a foreign Origin": await send(stop, { Origin: "http://evil.example" }),
    "no cookie": await send(stop, { Cookie: null }),
    "a wrong cookie": await send(stop, { Cookie: "locust_session=AAAAAAAAAAAAAAAAAAAAAA" }),
    "a wrong token": await send("POST /api/session", { Cookie: null }, '{"token":"guess"}'),
    "no token": await send("POST /api/session", { Cookie: null }, "{}"),
    "a token that is not a string": await send("POST /api/session", { Cookie: null }, '{"token":{"length":22}}'),
    "null for a token": await send("POST /api/session", { Cookie: null }, "null"),
    "GET on an action": await send("GET /api/stop", {}, ""),
    "a form": await send(stop, { "Content-Type": "application/x-www-form-urlencoded" }, "a=b"),
    "text/plain": await send(stop, { "Content-Type": "text/plain" }),
    "a body of 10 MB": await send(stop, {}, "x".repeat(10_000_000)),
    "no JSON": await send(stop, {}, "{"),
    "the stream without a cookie": await send("GET /api/events", { Cookie: null }, ""),
    "a report without a cookie": await send("GET /api/report.json?run=1", { Cookie: null }, ""),
    "an unknown path": await send("GET /etc/passwd", {}, ""),
    "users that are no number": await send("POST /api/set-users", {}, '{"users":"9"}'),
    "too many users": await send("POST /api/set-users", {}, '{"users":1e300}'),
    "half a user": await send("POST /api/add-users", {}, '{"users":0.5}'),
    "a second start": await send("POST /api/start", {}, "{}"),
  };
  assertEquals(answers, {
    "a wrong Host": 421,
    "a name rebound to this address": 421,
    "a foreign Origin": 403,
    "no cookie": 401,
    "a wrong cookie": 401,
    "a wrong token": 401,
    "no token": 401,
    "a token that is not a string": 401,
    "null for a token": 401,
    "GET on an action": 405,
    "a form": 415,
    "text/plain": 415,
    "a body of 10 MB": 413,
    "no JSON": 400,
    "the stream without a cookie": 401,
    "a report without a cookie": 401,
    "an unknown path": 404,
    "users that are no number": 409,
    "too many users": 409,
    "half a user": 409,
    "a second start": 409,
  });
  const before = server.hits;
  while (server.hits < before + 10) await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals(await send(stop), 200, "the page itself may stop it");
});
