// Requests as the server receives them, over both transports.

import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import type { RequestOptions } from "../../../lib/http/client/request_options.ts";
import { type FailureKind, TransportError } from "../../../lib/http/transport.ts";
import { errorsOf, testClient } from "../../helpers/http/client.ts";
import { headerOf, startRecording } from "./seen_request.ts";
import { testTransport, wireRequest } from "./send.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";

interface BodyCase {
  readonly name: string;
  readonly options: () => RequestOptions;
  readonly method?: string;
  /** As latin1. */
  readonly body: string | RegExp;
  readonly type?: string | RegExp | null;
  /** Value of `content-length`. @default the body's */
  readonly length?: string | null;
  /** The value over fetch if it differs, and the reason. */
  readonly fetch?: { readonly length: string | null; readonly because: string };
}

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, code) => code);
const ALL_BYTES_TEXT = String.fromCharCode(...ALL_BYTES);
const BIG = "0123456789abcdef".repeat(65_536);
const TEXT = "text/plain;charset=UTF-8";

function formData(): FormData {
  const data = new FormData();
  data.append("a", "1");
  data.append("file", new File(["content"], "name.txt", { type: "text/x" }));
  return data;
}

const BODY_CASES: readonly BodyCase[] = [
  { name: "a string", options: () => ({ body: "hi" }), body: "hi", type: TEXT },
  { name: "a string beyond ASCII", options: () => ({ body: "é€" }), body: "\xc3\xa9\xe2\x82\xac", type: TEXT },
  { name: "an empty string", options: () => ({ body: "" }), body: "", type: TEXT },
  { name: "bytes", options: () => ({ body: ALL_BYTES }), body: ALL_BYTES_TEXT, type: null },
  { name: "a part of bytes", options: () => ({ body: ALL_BYTES.subarray(250) }), body: ALL_BYTES_TEXT.slice(250) },
  { name: "an ArrayBuffer", options: () => ({ body: ALL_BYTES.buffer }), body: ALL_BYTES_TEXT, type: null },
  { name: "a DataView", options: () => ({ body: new DataView(ALL_BYTES.buffer, 97, 3) }), body: "abc", type: null },
  { name: "1 MB", options: () => ({ body: BIG }), body: BIG },
  {
    name: "URLSearchParams",
    options: () => ({ body: new URLSearchParams([["a", "1 2"], ["b", "é"]]) }),
    body: "a=1+2&b=%C3%A9",
    type: "application/x-www-form-urlencoded;charset=UTF-8",
  },
  {
    name: "FormData",
    options: () => ({ body: formData() }),
    body:
      /^--(\S+)\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--\1\r\n[^]*filename="name.txt"\r\nContent-Type: text\/x\r\n\r\ncontent\r\n--\1--/i,
    type: /^multipart\/form-data; ?boundary=\S+$/,
  },
  { name: "a Blob", options: () => ({ body: new Blob(["blob"], { type: "text/x" }) }), body: "blob", type: "text/x" },
  { name: "JSON", options: () => ({ json: { a: [1] } }), body: '{"a":[1]}', type: "application/json" },
  {
    name: "a form",
    options: () => ({ form: { a: "1 2" } }),
    body: "a=1+2",
    type: "application/x-www-form-urlencoded;charset=UTF-8",
  },
  {
    name: "an explicit content type",
    options: () => ({ body: "{}", headers: { "Content-Type": "application/x" } }),
    body: "{}",
    type: "application/x",
  },
  { name: "no body in a POST", options: () => ({}), body: "", type: null, length: "0" },
  { name: "no body in a PUT", method: "PUT", options: () => ({}), body: "", type: null, length: "0" },
  {
    name: "no body in a PATCH",
    method: "PATCH",
    options: () => ({}),
    body: "",
    type: null,
    length: "0",
    fetch: { length: null, because: "the Fetch standard sends content-length: 0 for POST and PUT only" },
  },
  { name: "no body in a GET", method: "GET", options: () => ({}), body: "", type: null, length: null },
  { name: "no body in a HEAD", method: "HEAD", options: () => ({}), body: "", type: null, length: null },
  { name: "no body in a DELETE", method: "DELETE", options: () => ({}), body: "", type: null, length: null },
  { name: "a body in a DELETE", method: "DELETE", options: () => ({ body: "x" }), body: "x" },
];

const CREDENTIALS: readonly (readonly [url: string, expected: string])[] = [
  ["user:pass@127.0.0.1", `Basic ${btoa("user:pass")}`],
  ["us%40er:pa%20%25ss@127.0.0.1", `Basic ${btoa("us@er:pa %ss")}`],
  ["é:€@127.0.0.1", "Basic w6k64oKs"],
  ["user@127.0.0.1", `Basic ${btoa("user:")}`],
];

/** Methods, the kind of failure or `null`, and fetch's kind if it differs: it cannot send `TRACE`. */
const METHODS: readonly (readonly [method: string, kind: FailureKind | null, fetch?: FailureKind])[] = [
  ["OPTIONS", null],
  ["PURGE", null],
  ["M-SEARCH", null],
  ["TRACE", null, "unsupported"],
  ["CONNECT", "unsupported"],
  ["BAD METHOD", "protocol"],
  ["BAD\r\nMETHOD", "protocol"],
  ["", "protocol"],
];

function streamOf(...parts: string[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(parts.map((part) => new TextEncoder().encode(part)));
}

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  const isHttp2 = transport.startsWith("socket 2");

  for (const one of BODY_CASES) {
    const differs = transport === "fetch" ? one.fetch : undefined;
    const because = differs === undefined ? "" : ` (differs: ${differs.because})`;
    Deno.test(`${transport} sends ${one.name}${because}`, async () => {
      await using server = startRecording();
      await using test = testClient(server.url, { transport });
      const method = one.method ?? "POST";
      await test.client.request(method, "/p?q=1", one.options());
      const request = server.requests[0]!;
      assertEquals(request.line, `${method} /p?q=1 HTTP/1.1`);
      if (typeof one.body === "string") assertEquals(request.body, one.body);
      else assertMatch(request.body, one.body);
      const { length = String(request.body.length) } = differs ?? one;
      assertEquals([headerOf(request, "content-length"), headerOf(request, "transfer-encoding")], [length, null]);
      const type = headerOf(request, "content-type");
      if (one.type instanceof RegExp) assertMatch(type!, one.type);
      else if (one.type !== undefined) assertEquals(type, one.type);
    });
  }

  Deno.test(`${transport} sends each part of a stream as a chunk`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    await test.client.post("/", { body: streamOf("str", "", "eam") });
    const [request] = server.requests;
    const coding = isHttp2 ? null : "chunked";
    assertEquals([request!.body, headerOf(request!, "transfer-encoding")], ["stream", coding]);
    assertEquals(headerOf(request!, "content-length"), null);
    if (isHttp2) return;
    // differs: Deno's fetch joins parts that are ready together
    const chunks = transport !== "fetch" ? "3\r\nstr\r\n3\r\neam\r\n" : "6\r\nstream\r\n";
    assert(request!.raw.endsWith(`\r\n\r\n${chunks}0\r\n\r\n`), request!.raw);
  });

  Deno.test(`${transport} sends an empty stream as a last chunk`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    await test.client.post("/", { body: streamOf() });
    if (isHttp2) assertEquals(server.requests[0]!.body, "");
    else assert(server.requests[0]!.raw.endsWith("\r\n\r\n0\r\n\r\n"));
  });

  Deno.test(`${transport} reuses the connection after bodies of every kind`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    for (const body of ["x", streamOf("x"), new Uint8Array(100_000), streamOf(), ""]) {
      await test.client.post("/", { body });
    }
    assertEquals([server.requests.length, server.connections], [5, 1]);
  });

  Deno.test(`${transport} fails a request whose stream fails, and sends the next one whole`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    const broken = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.error(new Error("no more"));
      },
    });
    const error = await assertRejects(() => test.client.post("/", { body: broken }));
    assertEquals((error as { kind?: string }).kind, "other");
    await test.client.post("/", { body: "x" });
    assertEquals(server.requests.map(({ body }) => body), ["x"]);
  });

  Deno.test(`${transport} reports in the error table why a stream failed`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    const used = streamOf("once");
    await test.client.post("/", { body: used });
    const broken = new ReadableStream<Uint8Array>({ pull: (controller) => controller.error(new Error("no more")) });
    const texts = ReadableStream.from(["text"]) as ReadableStream<unknown> as ReadableStream<Uint8Array>;
    for (const body of [used, broken, texts]) await assertRejects(() => test.client.post("/", { body }));
    const reasons = transport === "fetch" // differs: fetch has its own messages
      ? ["1 ReadableStream is locked or disturbed", "1 no more", "1 expected typed ArrayBufferView"]
      : [
        "1 the stream given as body failed: ReadableStream is locked",
        "1 the stream given as body failed: no more",
        "1 the stream given as body failed: a chunk is of type string, expected a Uint8Array",
      ];
    assertEquals(errorsOf(test.summary()).toSorted(), reasons.toSorted());
  });

  Deno.test(`${transport} sends header lines in the given order, repeated ones included`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport);
    const headers = [["x-b", "1"], ["x-a", "2"], ["x-b", "3"], ["x-empty", ""], ["x-latin1", "d\xe9j\xe0"]] as const;
    await test.send(wireRequest(server.port, { headers }));
    const seen = server.requests[0]!.headers.filter(([name]) => name.startsWith("x-"));
    // differs: fetch sends lines of one name together
    const together = [headers[0], headers[2], headers[1], ...headers.slice(3)];
    assertEquals(seen, transport === "fetch" ? together : headers.slice());
  });

  Deno.test(`${transport} adds only the required header lines`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport);
    await test.send(wireRequest(server.port, { headers: [["x-a", "1"]] }));
    const names = server.requests[0]!.headers.map(([name]) => name).sort();
    // differs: the Fetch standard adds accept and user-agent if the caller does not
    const added = transport !== "fetch" ? [] : ["accept", "accept-encoding", "accept-language", "user-agent"];
    assertEquals(names, [...added, "host", "x-a"].sort());
  });

  Deno.test(`${transport} sends the URL's host, or the given host header, once`, async () => {
    await using server = startRecording();
    await using test = testTransport(transport);
    await test.send(wireRequest(server.port));
    await test.send(wireRequest(server.port, { headers: [["host", "example.test:81"]] }));
    const hosts = server.requests.map((request) => headerOf(request, "host"));
    assertEquals(hosts, [`127.0.0.1:${server.port}`, "example.test:81"]);
  });

  for (const [url, expected] of CREDENTIALS) {
    Deno.test(`${transport} sends name and password of a URL such as ${url}`, async () => {
      await using server = startRecording();
      await using test = testTransport(transport);
      for (const headers of [[], [["Authorization", "mine"]]] as const) {
        await test.send(wireRequest(server.port, { url: new URL(`http://${url}:${server.port}/`), headers }));
      }
      const lines = server.requests.map((request) => [request.line, headerOf(request, "authorization")]);
      assertEquals(lines, [["GET / HTTP/1.1", expected], ["GET / HTTP/1.1", "mine"]]);
    });
  }

  for (const [method, kind, differs] of METHODS) {
    const expected = (transport === "fetch" ? differs : undefined) ?? kind;
    Deno.test(`${transport}: method "${method}" is ${expected ?? "sent"}`, async () => {
      await using server = startRecording();
      await using test = testTransport(transport);
      const outcome = await test.send(wireRequest(server.port, { method }));
      assertEquals(outcome instanceof TransportError ? outcome.kind : null, expected);
      assertEquals(server.requests.map(({ line }) => line), expected === null ? [`${method} / HTTP/1.1`] : []);
    });
  }

  for (const header of [["content-length", "5"], ["transfer-encoding", "gzip"]] as const) {
    const refuses = transport !== "fetch" ? "refused" : "corrected (differs: fetch sends the real value)";
    Deno.test(`${transport}: ${header.join(": ")} that does not match the body is ${refuses}`, async () => {
      await using server = startRecording();
      await using test = testTransport(transport);
      const outcome = await test.send(wireRequest(server.port, { method: "POST", headers: [header] }));
      if (transport === "fetch") return assertEquals(headerOf(server.requests[0]!, "content-length"), "0");
      assert(outcome instanceof TransportError);
      assertEquals([outcome.kind, server.connections], ["protocol", 0]);
    });
  }

  for (const [what, headers] of Object.entries(BAD_HEADERS())) {
    Deno.test(`${transport} refuses ${what}, and sends nothing`, async () => {
      await using server = startRecording();
      await using test = testTransport(transport);
      const outcome = await test.send(wireRequest(server.port, { headers }));
      assert(outcome instanceof TransportError);
      assertEquals([outcome.kind, outcome.message], ["protocol", "header name or value not allowed"]);
      assertEquals([server.requests.length, server.connections], [0, 0]);
    });
  }

  Deno.test(`${transport}: get() refuses a header value with a line break as a misuse`, async () => {
    await using server = startRecording();
    await using test = testClient(server.url, { transport });
    await assertRejects(() => test.client.get("/", { headers: { "x-a": "1\r\nx-b: 2" } }), TypeError);
    assertEquals(server.requests.length, 0);
  });
}

function BAD_HEADERS(): Record<string, [string, string][]> {
  return {
    "a line break in a header value": [["x-a", "1\r\nx-b: 2"]],
    "a line feed in a header value": [["x-a", "1\nx-b: 2"]],
    "a NUL in a header value": [["x-a", "1\0"]],
    "a character beyond latin1 in a header value": [["x-a", "€"]],
    "a line break in a header name": [["x-a: 1\r\nx-b", "2"]],
    "a blank in a header name": [["x a", "1"]],
    "an empty header name": [["", "1"]],
  };
}
