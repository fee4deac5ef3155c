import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { readHar } from "../../../lib/import/har/har_reader.ts";
import { isToken } from "../../../lib/import/har/correlation/relevance.ts";
import { takeFromText } from "../../../lib/import/har/correlation/extraction.ts";
import { writeLocustfile } from "../../../lib/import/writer/writer.ts";
import { exchange, type ExchangeWords, harText } from "../../helpers/runs/har.ts";

const SHOP = "https://shop.test";
const FORM = "application/x-www-form-urlencoded";
const TOKEN = "f3a9c1d2e4b5a697";

/** Returns the code of a response that is followed by a request. */
function codeOf(response: ExchangeWords, method: string, path: string, request: ExchangeWords = {}): string {
  const entries = [
    exchange("GET", `${SHOP}/first`, { at: 0, ...response }),
    exchange(method, SHOP + path, { at: 0.1, content: ["application/json", "1"], ...request }),
  ];
  return writeLocustfile(readHar({ name: "x.har", text: harText(entries) }, {}));
}

const json = (value: unknown): ExchangeWords => ({ content: ["application/json", JSON.stringify(value)] });
const html = (text: string): ExchangeWords => ({ content: ["text/html", text], sends: { accept: "application/json" } });

for (
  const [what, response, method, path, request, extraction, use] of [
    [
      "a JSON field in a path",
      json({ items: [{ id: 41 }, { id: 77 }] }),
      "GET",
      "/items/77",
      {},
      `const itemId = (await resp.json()).items[1].id;`,
      "`/items/${itemId}`",
    ],
    [
      "a JSON field in a header",
      json({ "access-token": TOKEN }),
      "GET",
      "/me",
      { sends: { Authorization: `Bearer ${TOKEN}` } },
      `const accessToken = (await resp.json())["access-token"];`,
      "authorization: `Bearer ${accessToken}`",
    ],
    [
      "a JSON number in a JSON body",
      json({ cart: { id: 12 } }),
      "POST",
      "/pay",
      { body: ["application/json", '{"cartId":12,"qty":12}'] },
      `const cartId = (await resp.json()).cart.id;`,
      "json: { cartId, qty: 12 }",
    ],
    [
      "a hidden field in a form",
      html(`<input value="${TOKEN}" name='csrf' type=hidden>`),
      "POST",
      "/buy",
      { body: [FORM, `csrf=${TOKEN}&qty=2`] },
      `const csrf = fieldValue(await resp.text(), "csrf");`,
      `form: { csrf, qty: "2" }`,
    ],
    [
      "a meta tag in a header",
      html(`<meta name="csrf-token" content="a&#x2B;b1c2d3e4&amp;==">`),
      "POST",
      "/buy",
      { sends: { "X-CSRF-Token": "a+b1c2d3e4&==" } },
      `const csrfToken = fieldValue(await resp.text(), "csrf-token");`,
      `"x-csrf-token": csrfToken`,
    ],
    [
      "a header in a header",
      { gets: { "X-Session": TOKEN } },
      "GET",
      "/me",
      { sends: { "x-session": TOKEN } },
      `const xSession = resp.headers.get("x-session") ?? "";`,
      `"x-session": xSession`,
    ],
    [
      "a cookie in a header",
      { gets: { "Set-Cookie": `XSRF-TOKEN=${TOKEN}%3D; Path=/` } },
      "POST",
      "/buy",
      { sends: { "X-XSRF-TOKEN": `${TOKEN}=` } },
      `const xsrfToken = decodeURIComponent(`,
      `"x-xsrf-token": xsrfToken`,
    ],
    [
      "a link in a path",
      html(`<a href="/order/${TOKEN}/pay">Pay</a>`),
      "GET",
      `/order/${TOKEN}/pay`,
      {},
      "const orderId = matched(await resp.text(), /",
      "`/order/${orderId}/pay`",
    ],
    [
      "a text in a query",
      html(`<script>var nonce = "${TOKEN}";</script>`),
      "GET",
      `/poll?n=${TOKEN}`,
      {},
      "const n = matched(await resp.text(), /",
      "query: { n }",
    ],
  ] as const
) {
  Deno.test(`readHar() takes ${what} from the response, and says where it came from`, () => {
    const code = codeOf(response, method, path, request as ExchangeWords);
    assertStringIncludes(code, extraction);
    assertStringIncludes(code, use);
    assert(code.includes(`, for ${method} /`), code);
    assert(!code.includes(TOKEN), code);
  });
}

Deno.test("readHar() declares a variable that another step uses before the steps", () => {
  const page = (path: string, words: ExchangeWords, method = "GET") =>
    exchange(method, SHOP + path, { sends: { "Sec-Fetch-Dest": "document" }, ...words });
  const text = writeLocustfile(readHar({
    name: "x.har",
    text: harText([
      page("/login", { content: ["text/html", `<input type="hidden" name="csrf" value="${TOKEN}">`] }),
      page("/buy", { at: 2, body: [FORM, `csrf=${TOKEN}`], content: ["text/html", "ok"] }, "POST"),
    ]),
  }, {}));
  assertStringIncludes(text, `override async run() {\nlet csrf = "";\n`);
  assertStringIncludes(text, `\ncsrf = fieldValue(await resp.text(), "csrf");`);
});

Deno.test("readHar() takes an id from the URL that a redirect led to", () => {
  const text = writeLocustfile(readHar({
    name: "x.har",
    text: harText([
      exchange("POST", `${SHOP}/orders`, { status: 303, gets: { location: "/orders/8842" } }),
      exchange("GET", `${SHOP}/orders/8842`, { at: 0.1, content: ["application/json", "{}"] }),
      exchange("POST", `${SHOP}/orders/8842/pay`, { at: 0.2 }),
    ]),
  }, {}));
  assertStringIncludes(text, `const orderId = new URL(resp.url).pathname.split("/")[2] ?? "";`);
  assertStringIncludes(text, "await this.client.post(`/orders/${orderId}/pay`");
});

Deno.test("readHar() searches the texts of the last 500 responses for a value, not of all", () => {
  const between = (count: number) => {
    const entries = Array.from(
      { length: count },
      (_, at) => exchange("GET", `${SHOP}/p`, { at: 1 + at / 100, ...json({}) }),
    );
    const first = exchange("GET", `${SHOP}/first`, { ...html(`var nonce = "${TOKEN}";`) });
    const last = exchange("GET", `${SHOP}/poll?n=${TOKEN}`, { at: 99, content: ["application/json", "1"] });
    return writeLocustfile(readHar({ name: "x.har", text: harText([first, ...entries, last]) }, {}));
  };
  assertStringIncludes(between(499), "query: { n }");
  assertStringIncludes(between(500), `query: { n: "${TOKEN}" }`);
});

Deno.test("readHar() leaves what the user typed, and equal values by chance, as they are", () => {
  const typed = writeLocustfile(readHar({
    name: "x.har",
    text: harText([
      exchange("GET", `${SHOP}/search?q=blue4shoes99`, json({ query: "blue4shoes99" })),
      exchange("GET", `${SHOP}/more?q=blue4shoes99`, { at: 0.1 }),
    ]),
  }, {}));
  assertEquals(typed.match(/q: "blue4shoes99"/g)?.length, 2);
  assertStringIncludes(codeOf(json({ count: 2, page: 2 }), "GET", "/list?page=3&size=2"), `size: "2"`);
  assertStringIncludes(codeOf(json({ lang: "en" }), "GET", "/en/home"), `"/en/home"`);
});

Deno.test("isToken() is true for what servers make up", () => {
  for (const value of ["f3a9c1d2", "eyJhbGciOi.JIUzI1NiJ9", "12345678", "AbCdEfGhIjKlMnOpQrSt"]) {
    assert(isToken(value), value);
  }
  for (
    const value of ["2026-01-02", "1767323045000", "getting-started-with-it", "en-US", "a b1 c2 d3", "https://a1b2c3d4"]
  ) {
    assert(!isToken(value), value);
  }
});

Deno.test("takeFromText() finds a context that stands only before the value, and gives up if there is none", () => {
  const take = (text: string) => takeFromText(text, TOKEN)?.from("resp").text ?? null;
  assertEquals(take(`a="x" b="${TOKEN}"`), `matched(await resp.text(), /a="x" b="([^"]+)/)`);
  assertEquals(take(`${TOKEN}`), null);
  assertEquals(take(`x${TOKEN}`), null);
  assertEquals(take(`k: \\${TOKEN}/`), String.raw`matched(await resp.text(), /k: \\([^\/]+)/)`);
});

Deno.test("small numbers in paths are not taken from a list of something else", () => {
  const list = json({ items: [{ id: 1 }, { id: 2 }] });
  assertStringIncludes(codeOf(list, "GET", "/page/2"), '"/page/2"');
  assertStringIncludes(codeOf(list, "GET", "/items/2"), "`/items/${itemId}`");
  assertStringIncludes(codeOf(json({ data: { id: 2 } }), "GET", "/first/2"), "`/first/${firstId}`");
  assertStringIncludes(codeOf(json({ orderId: 2 }), "GET", "/orders/2"), "`/orders/${orderId}`");
});

for (
  const [what, text] of [
    ["in a link", `<a href="/n?sig=aa%2Fbb11cc22dd33ee44">`],
    ["in lower case", `<a href="/n?sig=aa%2fbb11cc22dd33ee44">`],
  ] as const
) {
  Deno.test(`a percent-encoded value ${what} is taken and decoded`, () => {
    const code = codeOf(html(text), "GET", "/n?sig=aa%2Fbb11cc22dd33ee44");
    assertStringIncludes(code, "const sig = decodeURIComponent(matched(await resp.text(), /");
    assertStringIncludes(code, "query: { sig }");
  });
}

Deno.test("a value after \\u0026 in a script is taken", () => {
  const code = codeOf(
    html(`<script>go("/n?a=1\\u0026sig=${TOKEN}\\u0026b=2")</script>`),
    "GET",
    `/n?a=1&sig=${TOKEN}&b=2`,
  );
  assertStringIncludes(code, "sig=([^\\\\]+)/");
  assertStringIncludes(code, `query: { a: "1", sig, b: "2" }`);
});

Deno.test("the pattern of a value does not have the value before it", () => {
  const other = "0a1b2c3d4e5f6a7b";
  const code = codeOf(html(`<a href="/n?key=${other}&sig=${TOKEN}">`), "GET", `/n?key=${other}&sig=${TOKEN}`);
  assertEquals([code.includes(other), code.includes(TOKEN)], [false, false], code);
});
