import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { ScriptError } from "../../../lib/core/errors.ts";
import { readHar } from "../../../lib/import/har/har_reader.ts";
import { type Action, Code, type ImportOptions, type RequestCall, type Scenario } from "../../../lib/import/model.ts";
import { writeLocustfile } from "../../../lib/import/writer/writer.ts";
import { exchange, harText, messages } from "../../helpers/runs/har.ts";

const SHOP = "https://shop.example.com";
const HTML = ["text/html", "<title>Shop</title>"] as const;

function read(entries: readonly unknown[], options: ImportOptions = {}, pages: { id: string; title: string }[] = []) {
  return readHar({ name: "shop.har", text: harText(entries, { pages }) }, options);
}

/** Returns the actions of the only class, those of steps among the others. */
function actionsOf({ classes }: Scenario): Action[] {
  const flat = (action: Action): Action[] =>
    action.kind === "step" ? [action, ...action.actions.flatMap(flat)] : [action];
  return classes.flatMap(({ run = [] }) => run.flatMap(flat));
}

function requestsOf(scenario: Scenario): RequestCall[] {
  return actionsOf(scenario).flatMap((action) => action.kind === "request" ? [action.request] : []);
}

Deno.test("readHar() leaves out static files, other sites, cached, aborted, preflights and tunnels, with counts", () => {
  const scenario = read([
    exchange("GET", `${SHOP}/`, { content: HTML }),
    exchange("GET", `${SHOP}/app.js`, { content: ["text/javascript", "1"] }),
    exchange("GET", `${SHOP}/favicon.ico`, { content: ["text/html", "not here"] }),
    exchange("GET", `${SHOP}/logo.png`, { extra: { _resourceType: "image" } }),
    exchange("GET", "https://ads.example.org/pixel", { content: ["application/json", "{}"] }),
    exchange("GET", "https://api.example.com/items", { content: ["application/json", "[]"] }),
    exchange("GET", `${SHOP}/again`, { extra: { _fromCache: "disk" } }),
    exchange("GET", `${SHOP}/gone`, { status: 0 }),
    exchange("OPTIONS", `${SHOP}/items`, { sends: { "Access-Control-Request-Method": "PUT" } }),
    exchange("CONNECT", `${SHOP}/`),
    exchange("GET", "data:text/plain,x"),
  ]);
  assertEquals(requestsOf(scenario).map(({ url }) => url), ["/", "https://api.example.com/items"]);
  assertEquals(
    scenario.notes[1],
    "Left out: static files (3), requests to other hosts (1), answered from the browser's cache (1), aborted or " +
      "unanswered (1), preflights of the browser (1), tunnels of a proxy (1), neither HTTP nor WebSocket (1).",
  );
});

Deno.test("readHar() takes what --include matches, even static files, and leaves out what --exclude matches", () => {
  const entries = [
    exchange("GET", `${SHOP}/`, { content: HTML }),
    exchange("GET", `${SHOP}/app.js`),
    exchange("GET", `${SHOP}/metrics`),
  ];
  const paths = (options: ImportOptions) => requestsOf(read(entries, options)).map(({ url }) => url);
  assertEquals(paths({ include: ["*/app.js", "*/met?ics"] }), ["/app.js", "/metrics"]);
  assertEquals(paths({ exclude: ["*/metrics"] }), ["/"]);
  const error = assertThrows(() => read(entries, { include: ["nothing"] }), ScriptError);
  assertStringIncludes(error.message, "no request remains. Left out: not matched by --include (3).");
});

Deno.test("readHar() imports the good entries and names the broken ones by number, at most ten of them", () => {
  const broken = Array.from({ length: 12 }, () => ({ request: { method: "GET", url: "nowhere" }, response: {} }));
  const scenario = read([exchange("GET", `${SHOP}/`), { request: 1 }, ...broken]);
  assertEquals(requestsOf(scenario).length, 1);
  assertEquals(scenario.notes.slice(1, 3), [
    "Left out: entry 2, it has no request.",
    "Left out: entry 3, request.url is not a URL.",
  ]);
  assertEquals(scenario.notes.at(-1), "Left out: 3 more entries that cannot be read.");
});

Deno.test("readHar() makes steps of pages, and of documents where a file has no pages", () => {
  const entries = (page?: string, other?: string) => [
    exchange("GET", `${SHOP}/`, { at: 0, content: HTML, ...(page ? { page } : {}) }),
    exchange("GET", `${SHOP}/list`, { at: 1, content: ["application/json", "[]"], ...(page ? { page } : {}) }),
    exchange("GET", `${SHOP}/item/7`, { at: 2, content: HTML, ...(other ? { page: other } : {}) }),
  ];
  const steps = (scenario: Scenario) => actionsOf(scenario).flatMap((one) => one.kind === "step" ? [one.name] : []);
  const pages = [{ id: "a", title: "Welcome" }, { id: "b", title: `${SHOP}/item/7` }];
  assertEquals(steps(read(entries("a", "b"), {}, pages)), ["Welcome", "/item/:id"]);
  assertEquals(steps(read(entries())), ["/", "/item/:id"]);
  assertEquals(steps(read(entries().slice(0, 2))), []);
});

Deno.test("readHar() keeps pauses of 0.3 s and more, none, or random ones", () => {
  const entries = [
    exchange("GET", `${SHOP}/a`, { at: 0, took: 500 }),
    exchange("GET", `${SHOP}/b`, { at: 0.1 }),
    exchange("GET", `${SHOP}/c`, { at: 0.7 }),
    exchange("GET", `${SHOP}/d`, { at: 3.21 }),
  ];
  const pauses = (options: ImportOptions) =>
    actionsOf(read(entries, options)).flatMap((one) => one.kind === "sleep" ? [one.seconds] : []);
  assertEquals(pauses({}), [2.5]);
  assertEquals(pauses({ thinkTimes: "none" }), []);
  assertEquals(pauses({ thinkTimes: [1, 5] }), [[1, 5]]);
});

Deno.test("readHar() requests a redirect that the browser followed once, and one that it did not as it is", () => {
  const scenario = read([
    exchange("POST", `${SHOP}/login`, { status: 302, gets: { Location: "/home#top" }, at: 0 }),
    exchange("GET", `${SHOP}/home`, { content: HTML, at: 1 }),
    exchange("GET", `${SHOP}/out`, { status: 302, gets: { location: "https://other.test/" }, at: 2 }),
  ]);
  assertEquals(
    requestsOf(scenario).map(({ method, url, redirect, expect }) => [method, url, redirect, expect?.status]),
    [
      ["POST", "/login", undefined, 200],
      ["GET", "/out", "manual", 302],
    ],
  );
});

Deno.test("readHar() reads bodies as JSON, form, multipart, text and base64, and keeps the header lines of a script", () => {
  const multipart = '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' +
    '--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--x--\r\n';
  const post = (type: string, text: string, sends: Record<string, string> = {}) =>
    exchange("POST", `${SHOP}/p`, { body: [type, text], sends: { ":path": "/p", "content-type": type, ...sends } });
  const binary = post("application/octet-stream", "/w==");
  const scenario = read([
    post("application/json", '{"a":[1,"x"]}', { "Accept": "application/json", "Cookie": "a=b", "User-Agent": "x" }),
    post("application/x-www-form-urlencoded", "a=1&a=2&b=x+y%21", {
      "X-App": "7",
      "Origin": SHOP,
      "Sec-Fetch-Mode": "cors",
    }),
    post("multipart/form-data; boundary=x", multipart),
    post("text/csv", "a,b\n1,2"),
    post("application/json", '{"id":12345678901234567890}'),
    { ...binary, request: { ...binary.request, postData: { ...binary.request.postData, encoding: "base64" } } },
  ]);
  const requests = requestsOf(scenario);
  assertEquals(requests.map(({ body }) => body), [
    { kind: "json", value: { a: [1, "x"] } },
    { kind: "form", fields: [["a", "1"], ["a", "2"], ["b", "x y!"]] },
    {
      kind: "multipart",
      parts: [{ name: "a", value: "1" }, { name: "f", value: "hi", fileName: "f.txt", type: "text/plain" }],
    },
    { kind: "text", text: "a,b\n1,2" },
    { kind: "text", text: '{"id":12345678901234567890}' },
    { kind: "base64", data: "/w==" },
  ]);
  assertEquals(requests.map(({ headers }) => headers), [
    [["accept", "application/json"]],
    [["x-app", "7"], ["origin", new Code("HOST")]],
    [],
    [["content-type", "text/csv"]],
    [["content-type", "application/json"]],
    [["content-type", "application/octet-stream"]],
  ]);
});

Deno.test("readHar() says where a producer left out the body of a request", () => {
  const upload = exchange("POST", `${SHOP}/up`, { sends: { "content-type": "multipart/form-data; boundary=x" } });
  const empty = exchange("POST", `${SHOP}/touch`, { sends: { "content-length": "0" } });
  const comments = requestsOf(read([upload, empty])).map(({ comment }) => comment);
  assertEquals(comments, [["The recording does not have the body of this request."], undefined]);
});

Deno.test("readHar() puts secrets that no response gave into the environment, and names cookies from before", () => {
  const scenario = read([
    exchange("POST", `${SHOP}/login`, {
      body: ["application/json", '{"user":"ada","password":"lovelace"}'],
      sends: { Authorization: "Bearer abcdefgh12345678", Cookie: "theme=dark; sid=1" },
    }),
    exchange("GET", `${SHOP}/api?api_key=k3y&q=1`),
  ]);
  const text = writeLocustfile(scenario);
  assertMatch(text, /const PASSWORD = Deno\.env\.get\("PASSWORD"\) \?\? "";/);
  for (const secret of ["lovelace", "abcdefgh12345678", "k3y", "dark"]) {
    assertEquals(text.includes(secret), false, secret);
  }
  assertStringIncludes(text, `password: PASSWORD`);
  assertStringIncludes(text, "Set these environment variables first: PASSWORD, API_KEY, API_TOKEN.");
  assertMatch(text, /began with cookies that are not here: theme, sid\./);
});

Deno.test("readHar() makes calls of WebSockets and event streams", () => {
  const text = writeLocustfile(read([
    exchange("GET", `${SHOP}/`, { content: HTML }),
    exchange("GET", "wss://shop.example.com/live?room=1", {
      status: 101,
      extra: { _webSocketMessages: messages("< hello", "> ping", "< pong", "< news") },
    }),
    exchange("GET", `${SHOP}/events`, { content: ["text/event-stream", "data: 1\n\ndata: 2\n\n: end\n\n"] }),
  ]));
  assertStringIncludes(text, `await this.client.ws("/live?room=1", { name: "/live" });\nawait socket.receive();`);
  assertStringIncludes(text, `socket.send("ping", { name: "message" });\nfor (let i = 0; i < 2; i++) {`);
  assertStringIncludes(text, `await this.client.stream("/events");`);
  assertStringIncludes(text, "if (++events >= 2) break;");
});

Deno.test("readHar() writes at most 200 messages of a WebSocket", () => {
  const many = messages(...Array.from({ length: 250 }, (_, at) => `> ${at}`));
  const text = writeLocustfile(read([exchange("GET", "wss://a.test/", { extra: { _webSocketMessages: many } })]));
  assertEquals(text.match(/socket\.send/g)?.length, 200);
  assertStringIncludes(text, "// 50 further messages are left out.");
});

Deno.test("readHar() expects the status and a title, a first JSON key or a line, but nothing with digits", () => {
  const expectations = requestsOf(read([
    exchange("GET", `${SHOP}/a`, { content: HTML }),
    exchange("GET", `${SHOP}/b`, { content: ["text/html", "<title>7 items</title><h1>Cart</h1>"] }),
    exchange("GET", `${SHOP}/c`, { content: ["application/json", ' [{"items": 3}]'] }),
    exchange("GET", `${SHOP}/d`, { content: ["text/plain", "12:30"], status: 404 }),
    exchange("GET", `${SHOP}/e`, { status: 304 }),
  ])).map(({ expect }) => expect);
  assertEquals(expectations, [
    { status: 200, includes: "Shop" },
    { status: 200, includes: "Cart" },
    { status: 200, includes: '"items"' },
    { status: 404 },
    undefined,
  ]);
});

Deno.test("readHar() makes ws() of a WebSocket with an http: URL and no messages", () => {
  const text = writeLocustfile(read([
    exchange("GET", `${SHOP}/`, { content: HTML }),
    exchange("GET", `${SHOP}/live`, { status: 101, extra: { _resourceType: "websocket" } }),
    exchange("GET", `${SHOP}/more`, { status: 101, gets: { Upgrade: "websocket" } }),
  ]));
  assertStringIncludes(text, 'this.client.ws("/live")');
  assertStringIncludes(text, 'this.client.ws("/more")');
  assertEquals(text.includes("101"), false);
});

Deno.test("readHar() keeps an event stream that the page closed, with as many events as came, at most 1,000", () => {
  const stream = (path: string, events: number) =>
    exchange("GET", `${SHOP}${path}`, {
      content: ["text/event-stream", "data: x\n\n".repeat(events)],
      extra: { _resourceType: "eventsource" },
    });
  const closed = stream("/closed", 3);
  const counts = requestsOf(read([
    exchange("GET", `${SHOP}/`, { content: HTML }),
    { ...closed, response: { ...closed.response, _error: "net::ERR_ABORTED" } },
    stream("/long", 1200),
  ])).map(({ url, events }) => [url, events]);
  assertEquals(counts, [["/", undefined], ["/closed", 3], ["/long", 1000]]);
});

Deno.test("readHar() names a row with :id where a value of a response is in the path", () => {
  const [, go] = requestsOf(read([
    exchange("GET", `${SHOP}/start`, { content: ["application/json", '{"goId":"q1w2e3r4t5y6"}'] }),
    exchange("GET", `${SHOP}/go/q1w2e3r4t5y6`, { at: 0.1, content: ["application/json", "1"] }),
  ]));
  assertEquals([(go!.url as Code).text, go!.name], ["`/go/${goId}`", "/go/:id"]);
});

Deno.test("readHar() keeps a single page as a step if it has a name of its own", () => {
  const steps = (title: string) =>
    actionsOf(read([exchange("GET", `${SHOP}/`, { page: "p", content: HTML })], {}, [{ id: "p", title }]))
      .flatMap((action) => action.kind === "step" ? [action.name] : []);
  assertEquals([steps("Buy"), steps(`${SHOP}/`), steps("")], [["Buy"], [], []]);
});

Deno.test("readHar() cuts pauses to a minute and counts them", () => {
  const scenario = read([
    exchange("GET", `${SHOP}/`, { content: HTML }),
    exchange("GET", `${SHOP}/a`, { at: 3600, content: HTML }),
    exchange("GET", `${SHOP}/b`, { at: 3630, content: HTML }),
  ]);
  const pauses = actionsOf(scenario).flatMap((action) => action.kind === "sleep" ? [action.seconds] : []);
  assertEquals(pauses, [60, 30]);
  assertEquals(scenario.notes[1], "Pauses of more than a minute are one minute long (1).");
});

Deno.test("readHar() sends user and password of a URL as a header line, the password from the environment", () => {
  const text = writeLocustfile(read([exchange("GET", "https://ann:s3cret@shop.example.com/", { content: HTML })]));
  assertStringIncludes(text, 'const ANN_AUTH = "Basic " + btoa(`ann:${PASSWORD}`);');
  assertStringIncludes(text, "// Set these environment variables first: PASSWORD.");
  assertStringIncludes(text, "authorization: ANN_AUTH");
  assertEquals(text.includes("s3cret"), false);
});

Deno.test("readHar() drops the header line of the developer tools' network conditions", () => {
  const [request] = requestsOf(read([
    exchange("GET", `${SHOP}/`, {
      sends: { "X-DevTools-Emulate-Network-Conditions-Client-Id": "A1B2C3" },
      content: HTML,
    }),
  ]));
  assertEquals(request!.headers ?? [], []);
});

Deno.test("locust import tells where the host is changed if --host does not replace all of it", () => {
  const text = writeLocustfile(read([exchange("GET", `${SHOP}/`, { content: HTML })]));
  assertEquals(text.includes("To test another host"), false);
  const origin = writeLocustfile(read([exchange("POST", `${SHOP}/`, { sends: { Origin: SHOP }, content: HTML })]));
  assertStringIncludes(origin, "// To test another host, change HOST below: --host replaces only the base URL.\n");
});

Deno.test("readHar() of a file whose only entry is broken says that without counting", () => {
  const error = assertThrows(() => read([3]), ScriptError);
  assertEquals(error.message, 'Cannot import "shop.har": entry 1: not an object, expected recorded requests');
});
