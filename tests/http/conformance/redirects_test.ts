// Redirects: the next request, its headers and body, and the limits.

import { Buffer } from "node:buffer";
import { assertEquals, assertRejects } from "@std/assert";
import { prepareCookies } from "../../../lib/http/client/cookies.ts";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import type { RequestOptions } from "../../../lib/http/client/request_options.ts";
import { rowsOf, testClient } from "../../helpers/http/client.ts";
import { answer } from "./cases/case.ts";
import { headerOf, type RecordingServer, startRecording } from "./seen_request.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";

await prepareCookies();

const REDIRECTS = [301, 302, 303, 307, 308];
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];

/** The method after a redirect, if it changes (Fetch standard, 4.4). */
const BECOMES: Readonly<Record<string, string>> = {
  "301 POST": "GET",
  "302 POST": "GET",
  "303 POST": "GET",
  "303 PUT": "GET",
  "303 PATCH": "GET",
  "303 DELETE": "GET",
};

function redirect(status: number, location: string, ...lines: string[]): string {
  return answer("moved", `location: ${location}`, ...lines).replace("200 OK", `${status} Moved`);
}

/** A server that redirects `/to` and `/to/x`. */
function startRedirecting(status: number, location: string, ...lines: string[]): RecordingServer {
  return startRecording(({ line }) => {
    const isHead = line.startsWith("HEAD");
    const reply = / \/to(?:\/x)? /.test(line) ? redirect(status, location, ...lines) : answer("hello");
    return isHead ? reply.slice(0, reply.indexOf("\r\n\r\n") + 4) : reply;
  });
}

interface LocationCase {
  readonly name: string;
  readonly location: string;
  readonly path: string;
}

const LOCATIONS: readonly LocationCase[] = [
  { name: "an absolute path", location: "/a?b=1", path: "/a?b=1" },
  { name: "a relative path", location: "a", path: "/to/a" },
  { name: "a path upwards", location: "../a", path: "/a" },
  { name: "a query only", location: "?a=1", path: "/to/x?a=1" },
  { name: "a fragment, which is not sent", location: "/a#part", path: "/a" },
  { name: "blanks in a path", location: "/a b", path: "/a%20b" },
  { name: "a path in UTF-8", location: Buffer.from("/ü?q=€").toString("latin1"), path: "/%C3%BC?q=%E2%82%AC" },
  { name: "a path in latin1", location: "/\xfc", path: "/%FC" },
];

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  for (const status of REDIRECTS) {
    Deno.test(`${transport}: ${status} selects the next method and body`, async () => {
      await using server = startRedirecting(status, "/next");
      await using test = testClient(server.url, { transport });
      for (const method of METHODS) {
        const options: RequestOptions = method === "GET" || method === "HEAD"
          ? {}
          : { body: "body", headers: { "content-type": "text/x", "content-language": "en", "x-mine": "1" } };
        const response = await test.client.request(method, "/to", options);
        assertEquals([response.status, response.redirected, response.url], [200, true, `${server.url}/next`]);
        const [first, next] = server.requests.slice(-2);
        const becomes = BECOMES[`${status} ${method}`];
        const isKept = becomes === undefined;
        assertEquals([first!.line, next!.line], [`${method} /to HTTP/1.1`, `${becomes ?? method} /next HTTP/1.1`]);
        assertEquals(next!.body, isKept ? first!.body : "");
        for (const name of ["content-type", "content-length", "content-language"]) {
          assertEquals(headerOf(next!, name), isKept ? headerOf(first!, name) : null, name);
        }
        assertEquals(headerOf(next!, "x-mine"), headerOf(first!, "x-mine"));
      }
      assertEquals(rowsOf(test.summary()), METHODS.map((method) => `${method} /to 1/0`));
      assertEquals([server.requests.length, server.connections], [2 * METHODS.length, 1]);
    });
  }

  for (const { name, location, path } of LOCATIONS) {
    Deno.test(`${transport}: a redirect to ${name}`, async () => {
      await using server = startRedirecting(302, location);
      await using test = testClient(server.url, { transport });
      assertEquals((await test.client.get("/to/x")).status, 200);
      assertEquals(server.requests.at(-1)!.line, `GET ${path} HTTP/1.1`);
    });
  }

  Deno.test(`${transport}: authorization and cookies do not leave their origin`, async () => {
    await using other = startRecording();
    await using server = startRedirecting(307, `http://localhost:${other.port}/next`, "set-cookie: id=7; Path=/");
    await using test = testClient(server.url, { transport });
    const headers = { authorization: "Bearer x", "proxy-authorization": "Basic x", cookie: "mine=1", "x-mine": "1" };
    await test.client.post("/to", { body: "body", headers });
    const [first] = server.requests;
    const [next] = other.requests;
    assertEquals(headerOf(first!, "authorization"), "Bearer x");
    assertEquals(headerOf(next!, "host"), `localhost:${other.port}`);
    assertEquals([next!.body, headerOf(next!, "x-mine")], ["body", "1"]);
    for (const name of ["authorization", "proxy-authorization", "cookie"]) assertEquals(headerOf(next!, name), null);
  });

  Deno.test(`${transport}: another port is another origin with the same cookies`, async () => {
    await using other = startRecording();
    await using server = startRedirecting(302, `http://127.0.0.1:${other.port}/`, "set-cookie: id=7; Path=/");
    await using test = testClient(server.url, { transport });
    await test.client.get("/to", { headers: { authorization: "Bearer x" } });
    assertEquals([headerOf(other.requests[0]!, "authorization"), headerOf(other.requests[0]!, "cookie")], [
      null,
      "id=7",
    ]);
  });

  Deno.test(`${transport}: authorization and new cookies are sent within an origin`, async () => {
    await using server = startRedirecting(302, "/next", "set-cookie: id=7; Path=/");
    await using test = testClient(server.url, { transport });
    await test.client.get("/to", { headers: { authorization: "Bearer x" } });
    const [, next] = server.requests;
    assertEquals([headerOf(next!, "authorization"), headerOf(next!, "cookie")], ["Bearer x", "id=7"]);
  });

  Deno.test(`${transport}: cookie and host headers of the script are sent within an origin only`, async () => {
    await using other = startRecording();
    await using server = startRecording(({ line }) =>
      line.startsWith("GET /to ")
        ? redirect(302, "/next", "set-cookie: id=7; Path=/")
        : redirect(302, `http://localhost:${other.port}/`)
    );
    const headers = { cookie: "mine=1", host: "shop.example" };
    await using test = testClient(server.url, { transport, headers });
    await test.client.get("/to");
    assertEquals(
      [...server.requests, ...other.requests].map((seen) => [headerOf(seen, "cookie"), headerOf(seen, "host")]),
      [["mine=1", "shop.example"], ["mine=1", "shop.example"], [null, `localhost:${other.port}`]],
    );
  });

  Deno.test(`${transport}: each redirect has the cookies of its URL, each once`, async () => {
    const paths = ["/to", "/shop/a", "/shop/b", "/end"];
    await using server = startRecording(({ line }) => {
      const index = paths.indexOf(line.split(" ")[1]!);
      if (index === paths.length - 1) return answer("hello");
      return redirect(302, paths[index + 1]!, `set-cookie: c${index}=1; Path=${index === 0 ? "/" : "/shop"}`);
    });
    await using test = testClient(server.url, { transport });
    await test.client.get("/to");
    const cookies = server.requests.map((seen) => headerOf(seen, "cookie")?.split("; ").toSorted() ?? []);
    assertEquals(cookies, [[], ["c0=1"], ["c0=1", "c1=1"], ["c0=1"]]);
  });

  Deno.test(`${transport}: a loop of redirects ends at maxRedirects, as one failed request`, async () => {
    await using server = startRedirecting(302, "/to");
    await using test = testClient(server.url, { transport });
    const error = await assertRejects(() => test.client.get("/to"), RequestError);
    assertEquals([error.kind, error.message], ["limit", "too many redirects (20)"]);
    assertEquals([server.requests.length, rowsOf(test.summary())], [21, ["GET /to 1/1"]]);
    await assertRejects(() => test.client.get("/to", { maxRedirects: 0 }), RequestError, "too many redirects (0)");
  });

  for (const location of ["ftp://127.0.0.1/", "http://", "javascript:1", "data:,x"]) {
    Deno.test(`${transport}: a redirect to "${location}" fails`, async () => {
      await using server = startRedirecting(302, location);
      await using test = testClient(server.url, { transport });
      const error = await assertRejects(() => test.client.get("/to"), RequestError);
      assertEquals([error.kind, error.message], ["protocol", "redirect to an invalid location"]);
      assertEquals(server.requests.length, 1);
    });
  }

  Deno.test(`${transport}: a 3xx status that is not a redirect is an answer`, async () => {
    const replies = ["302 Found", "300 Multiple Choices", "305 Use Proxy"];
    await using server = startRecording(({ line }) => {
      const status = replies[Number(/\/(\d)/.exec(line)![1])]!;
      const lines = status.startsWith("302") ? [] : ["location: /x"];
      return answer("hello", ...lines).replace("200 OK", status);
    });
    await using test = testClient(server.url, { transport });
    const statuses = [];
    for (const index of replies.keys()) statuses.push((await test.client.get(`/${index}`)).status);
    assertEquals([statuses, server.requests.length], [[302, 300, 305], 3]);
  });

  Deno.test(`${transport}: a stream fails a 307 and is dropped by a 303`, async () => {
    for (const status of [307, 303]) {
      await using server = startRedirecting(status, "/next");
      await using test = testClient(server.url, { transport });
      const body = ReadableStream.from([new TextEncoder().encode("once")]);
      if (status === 303) {
        assertEquals((await test.client.post("/to", { body })).status, 200);
        assertEquals(server.requests.map((request) => request.body), ["once", ""]);
        continue;
      }
      const error = await assertRejects(() => test.client.post("/to", { body }), RequestError);
      assertEquals([error.kind, error.message], ["unsupported", "redirect of a request whose body was a stream"]);
      assertEquals(server.requests.length, 1);
    }
  });

  Deno.test(`${transport}: headers about the body are dropped with it`, async () => {
    const bodies = { stream: () => ReadableStream.from([new TextEncoder().encode("once")]), bytes: () => "once" };
    await using server = startRedirecting(303, "/next");
    await using test = testClient(server.url, { transport });
    const chunked = { body: bodies.stream(), headers: { "transfer-encoding": "chunked", "x-mine": "1" } };
    assertEquals((await test.client.post("/to", chunked)).status, 200);
    const expecting = { body: bodies.bytes(), headers: { expect: "100-continue", "x-mine": "1" } };
    assertEquals((await test.client.post("/to", expecting)).status, 200);
    for (const next of [server.requests[1]!, server.requests[3]!]) {
      assertEquals([next.line, next.body, headerOf(next, "x-mine")], ["GET /next HTTP/1.1", "", "1"]);
      for (const name of ["transfer-encoding", "expect"]) assertEquals(headerOf(next, name), null);
    }
  });
}
