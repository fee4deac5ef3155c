import { assert, assertEquals } from "@std/assert";
import { CookieLines } from "../../../lib/http/client/cookie_lines.ts";
import { CookieStore, prepareCookies } from "../../../lib/http/client/cookies.ts";
import type { WireRequest } from "../../../lib/http/transport.ts";

await prepareCookies();

function request(path: string, headers: WireRequest["headers"] = []): WireRequest {
  return { method: "GET", url: new URL(path, "http://127.0.0.1/"), headers, body: null, transportCache: undefined };
}

function linesWithCookie(): { readonly store: CookieStore; readonly lines: CookieLines } {
  const store = new CookieStore();
  store.set("id=7; Path=/", "http://127.0.0.1/");
  return { store, lines: new CookieLines(store) };
}

Deno.test("a user with a cookie that requests thousands of URLs keeps only a few of them in memory", () => {
  const { lines } = linesWithCookie();
  const requests = Array.from({ length: 4096 }, (_, id) => request(`/item/${id}`));
  const sent = requests.map((one) => lines.addToPlain(one));
  assertEquals(sent[4095]!.headers, [["cookie", "id=7"]]);
  // From the end, as looking one up that is not kept puts another one out.
  const kept = requests.findLastIndex((one, index) => lines.addToPlain(one) !== sent[index]);
  assertEquals(4095 - kept, 16);
});

Deno.test("a user with a cookie reuses requests to the same few URLs until a cookie changes", () => {
  const { store, lines } = linesWithCookie();
  const requests = Array.from({ length: 16 }, (_, id) => request(`/page/${id}`));
  const sent = requests.map((one) => lines.addToPlain(one));
  for (let id = 0; id < 100; id++) lines.addTo(request(`/with/options/${id}`));
  assert(requests.every((one, index) => lines.addToPlain(one) === sent[index]));
  store.set("id=8; Path=/", "http://127.0.0.1/");
  assert(requests.every((one) => lines.addToPlain(one).headers[0]![1] === "id=8"));
});

Deno.test("no cookie is added if none matches, or the request has its own", () => {
  const { store, lines } = linesWithCookie();
  const own = request("/", [["cookie", "mine=1"]]);
  const elsewhere = request("http://localhost/");
  for (const one of [own, elsewhere]) assertEquals([lines.addTo(one), lines.addToPlain(one)], [one, one]);
  store.clear();
  const plain = request("/");
  assertEquals(lines.addToPlain(plain), plain);
});
