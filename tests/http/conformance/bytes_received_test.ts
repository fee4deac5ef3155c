// Bytes received: everything that came over the wire for a request, whether or not it became an answer.

import { assert, assertEquals, assertRejects } from "@std/assert";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { rowsOf, testClient } from "../../helpers/http/client.ts";
import { TESTED, type Tested } from "../../helpers/http/tested_transports.ts";
import { answer } from "./cases/case.ts";
import { type RecordingServer, startRecording } from "./seen_request.ts";

const BODY = "x".repeat(2 ** 20);
const REDIRECT = answer(BODY, "location: /to").replace("200 OK", "302 Found");
/** Largest error of fetch's estimate of one head, in bytes. */
const HEAD_SLACK_BYTES = 200;

interface BytesCase {
  readonly name: string;
  readonly path: string;
  /** The server's answer to each path; `closes` says whether it then closes the connection. */
  readonly answers: Readonly<Record<string, string>>;
  readonly closes?: boolean;
  readonly error: string | null;
}

const CASES: readonly BytesCase[] = [
  {
    name: "a redirect and its target",
    path: "/from",
    answers: { "/from": REDIRECT, "/to": answer("hello") },
    error: null,
  },
  { name: "too many redirects", path: "/to", answers: { "/to": REDIRECT }, error: "too many redirects (1)" },
  {
    name: "an answer that ends early",
    path: "/",
    answers: { "/": answer(BODY).replace(/content-length: \d+/, `content-length: ${2 * BODY.length}`) },
    closes: true,
    error: "connection closed before the answer was complete",
  },
  {
    name: "a redirect's target that ends early",
    path: "/from",
    answers: {
      "/from": REDIRECT,
      "/to": answer(BODY).replace(/content-length: \d+/, `content-length: ${2 * BODY.length}`),
    },
    closes: true,
    error: "connection closed before the answer was complete",
  },
];

function pathOf({ line }: { readonly line: string }): string {
  return line.split(" ")[1]!;
}

function startSaying(answers: Readonly<Record<string, string>>, closes: boolean): RecordingServer {
  const last = Object.keys(answers).at(-1)!;
  return startRecording(async (request, connection) => {
    const path = pathOf(request);
    await connection.send(answers[path]!);
    return !(closes && path === last);
  });
}

/** Compares the bytes of the only row with those sent: exactly, if the transport sees the wire. */
function assertBytes(transport: Tested, received: number, sent: number): void {
  if (transport !== "fetch") return assertEquals(received, sent);
  assert(Math.abs(received - sent) <= 2 * HEAD_SLACK_BYTES, `${received} bytes received, ${sent} sent`);
}

for (const transport of TESTED) {
  for (const { name, path, answers, closes = false, error } of CASES) {
    Deno.test(`${transport}: bytes received are counted for ${name}`, async () => {
      await using server = startSaying(answers, closes);
      await using test = testClient(server.url, { transport, maxRedirects: 1 });
      if (error === null) await test.client.get(path);
      else await assertRejects(() => test.client.get(path), RequestError, error);
      test.client.endJudging();
      const sent = server.requests.reduce((sum, request) => sum + answers[pathOf(request)]!.length, 0);
      const summary = test.summary();
      assertEquals(rowsOf(summary), [`GET ${path} 1/${error === null ? 0 : 1}`]);
      assertBytes(transport, summary.total.bytesReceived, sent);
      assertEquals(test.judged.map(({ bytesReceived }) => bytesReceived), [summary.total.bytesReceived]);
    });
  }

  Deno.test(`${transport}: bytes received are counted for an answer that times out`, async () => {
    const part = answer(BODY).slice(0, 2 ** 19);
    await using server = startRecording(async (_, connection) => {
      await connection.send(part);
      return true;
    });
    await using test = testClient(server.url, { transport });
    await assertRejects(() => test.client.get("/", { timeout: "1500ms" }), RequestError, "timeout after 1.5s");
    assertBytes(transport, test.summary().total.bytesReceived, part.length);
  });

  Deno.test(`${transport}: no bytes are counted if none came`, async () => {
    await using server = startRecording(() => Promise.resolve(false));
    await using test = testClient(server.url, { transport });
    await assertRejects(() => test.client.get("/"), RequestError);
    assertEquals(test.summary().total.bytesReceived, 0);
  });
}

for (const transport of TESTED.filter((name) => name !== "fetch")) {
  Deno.test(`${transport}: bytes received are counted for an invalid answer and for one over the limit`, async () => {
    const answers: Record<string, string> = {
      "/none": "SSH-2.0-OpenSSH_9.6\r\n\r\n",
      "/chunk": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nnone\r\n",
      "/large": answer("x".repeat(2000)),
    };
    await using server = startRecording((request) => answers[pathOf(request)]!);
    await using test = testClient(server.url, { transport, maxBodyBytes: 1000 });
    for (const path of Object.keys(answers)) await assertRejects(() => test.client.get(path), RequestError);
    assertEquals(
      test.judged.map(({ bytesReceived }) => bytesReceived),
      Object.values(answers).map((one) => one.length),
    );
  });
}

Deno.test("fetch: a body that declares a small length, but comes in chunks, is limited", async () => {
  const head = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n";
  const chunk = `400\r\n${"x".repeat(1024)}\r\n`;
  await using server = startRecording(() => `${head}${chunk.repeat(100)}0\r\n\r\n`);
  await using test = testClient(server.url, { transport: "fetch", maxBodyBytes: 2000 });
  await assertRejects(() => test.client.get("/"), RequestError, "body larger than 2000 bytes");
});
