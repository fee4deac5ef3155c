import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  type Access,
  COOKIE,
  Guard,
  isSame,
  MAX_BODY_BYTES,
  randomSecret,
  readJson,
  RefusedError,
} from "../../lib/web/guard.ts";

const HOST = "127.0.0.1:8089";
const guard = new Guard({ host: "127.0.0.1", port: 8089, session: "s3cret" });
const ACTION: Access = { method: "POST" };
const PAGE: Access = { method: "GET", isPublic: true };
const GOOD = {
  host: HOST,
  origin: `http://${HOST}`,
  cookie: `a=b; ${COOKIE}=s3cret`,
  "content-type": "application/json",
};

/** What only `Headers` of a request that came may hold. */
function request(method: string, headers: Record<string, string>): Request {
  return { method, headers: new Headers(headers) } as unknown as Request;
}

const CASES: readonly (readonly [
  name: string,
  access: Access | null,
  method: string,
  changes: Record<string, string | null>,
  status: number | null,
])[] = [
  ["an action of the page itself", ACTION, "POST", {}, null],
  ["an action without an Origin, as of a program", ACTION, "POST", { origin: null }, null],
  ["the page without a cookie", PAGE, "GET", { cookie: null, origin: null }, null],
  ["HEAD for the page", PAGE, "HEAD", { cookie: null }, null],
  ["localhost where loopback is bound", ACTION, "POST", { host: "LOCALHOST:8089", origin: null }, null],
  ["a content type with a charset", ACTION, "POST", { "content-type": "application/json; charset=utf-8" }, null],
  ["a name that was rebound to this address", ACTION, "POST", { host: "evil.example:8089" }, 421],
  ["that name for the page", PAGE, "GET", { host: "evil.example:8089" }, 421],
  ["another port", ACTION, "POST", { host: "127.0.0.1:80" }, 421],
  ["no Host", ACTION, "POST", { host: null }, 421],
  ["a foreign origin", ACTION, "POST", { origin: "http://evil.example" }, 403],
  ["a foreign origin with the token", PAGE, "GET", { origin: "http://evil.example" }, 403],
  ["an opaque origin", ACTION, "POST", { origin: "null" }, 403],
  ["the origin of another port", ACTION, "POST", { origin: "http://127.0.0.1:8090" }, 403],
  ["https as origin", ACTION, "POST", { origin: `https://${HOST}` }, 403],
  ["no cookie", ACTION, "POST", { cookie: null }, 401],
  ["a wrong cookie", ACTION, "POST", { cookie: `${COOKIE}=s3creT` }, 401],
  ["a cookie that begins right", ACTION, "POST", { cookie: `${COOKIE}=s3cret1` }, 401],
  ["an unknown path, without a cookie", null, "GET", { cookie: null }, 401],
  ["an unknown path", null, "GET", {}, 404],
  ["GET on an action", ACTION, "GET", {}, 405],
  ["PUT on an action", ACTION, "PUT", {}, 405],
  ["POST on the page", PAGE, "POST", {}, 405],
  ["a form", ACTION, "POST", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["text/plain, which needs no preflight", ACTION, "POST", { "content-type": "text/plain" }, 415],
  ["no content type", ACTION, "POST", { "content-type": null }, 415],
  ["a body of 10 MB", ACTION, "POST", { "content-length": "10000000" }, 413],
  ["a body at the limit", ACTION, "POST", { "content-length": String(MAX_BODY_BYTES) }, null],
];

for (const [name, access, method, changes, status] of CASES) {
  Deno.test(`Guard.check() ${status === null ? "lets pass" : `answers ${status} to`} ${name}`, () => {
    const headers = Object.fromEntries(
      Object.entries({ ...GOOD, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null),
    );
    assertEquals(guard.check(request(method, headers), access)?.status ?? null, status);
  });
}

Deno.test("Guard.check() of a server that is bound to every address takes any Host, but no foreign origin", () => {
  const open = new Guard({ host: "0.0.0.0", port: 8089, session: "s3cret" });
  const headers = { ...GOOD, host: "build-7:8089", origin: "http://build-7:8089" };
  assertEquals(open.check(request("POST", headers), ACTION), null);
  assertEquals(open.check(request("POST", { ...headers, origin: "http://evil.example" }), ACTION)?.status, 403);
});

Deno.test("Guard.check() knows IPv6 addresses by their brackets", () => {
  const six = new Guard({ host: "::1", port: 8089, session: "s3cret" });
  assertEquals(six.check(request("GET", { host: "[::1]:8089" }), PAGE), null);
});

Deno.test("readJson() reads up to its limit, regardless of the length in the head", async () => {
  const post = (body: BodyInit) => new Request("http://127.0.0.1/", { method: "POST", body });
  assertEquals(await readJson(post('{"a":1}')), { a: 1 });
  const endless = new ReadableStream<Uint8Array>({ pull: (controller) => controller.enqueue(new Uint8Array(10_000)) });
  for (const [body, status] of [[endless, 413], ["{", 400], [new Uint8Array([0x22, 0xff, 0x22]), 400]] as const) {
    const error = await assertRejects(() => readJson(post(body)), RefusedError);
    assertEquals(error.refusal.status, status);
  }
});

Deno.test("randomSecret() is another one each time, and fit for a cookie", () => {
  const secrets = Array.from({ length: 100 }, randomSecret);
  assertEquals(new Set(secrets).size, 100);
  assert(secrets.every((secret) => /^[\w-]{22}$/.test(secret)));
});

Deno.test("isSame() compares whole secrets", () => {
  assertEquals([isSame("a", "a"), isSame("a", "b"), isSame("", "a"), isSame("aa", "a")], [true, false, false, false]);
});
