// Coded bodies: decoded on the first read, counted as on the wire.

import * as zlib from "node:zlib";
import { Buffer } from "node:buffer";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { TransportError } from "../../../lib/http/transport.ts";
import { RequestError } from "../../../lib/http/client/request_error.ts";
import { errorsOf, rowsOf, testClient } from "../../helpers/http/client.ts";
import { answer } from "./cases/case.ts";
import { startRecording } from "./seen_request.ts";
import { testTransport, wireRequest } from "./send.ts";
import { TESTED, TESTED_HTTP2 } from "../../helpers/http/tested_transports.ts";

const TEXT = "compress me, compress me, compress me, é€ ".repeat(50);
const PLAIN = Buffer.from(TEXT);

interface CodingCase {
  readonly name: string;
  readonly coding: string;
  readonly body: Uint8Array;
  /** Whether Deno's fetch has decoded it before the client sees it. */
  readonly isDecodedByFetch: boolean;
}

const CODINGS: readonly CodingCase[] = [
  { name: "gzip", coding: "gzip", body: zlib.gzipSync(PLAIN), isDecodedByFetch: true },
  { name: "x-gzip", coding: "x-gzip", body: zlib.gzipSync(PLAIN), isDecodedByFetch: false },
  { name: "GZIP in upper case", coding: "GZIP", body: zlib.gzipSync(PLAIN), isDecodedByFetch: false },
  { name: "deflate", coding: "deflate", body: zlib.deflateSync(PLAIN), isDecodedByFetch: false },
  {
    name: "deflate without zlib's frame",
    coding: "deflate",
    body: zlib.deflateRawSync(PLAIN),
    isDecodedByFetch: false,
  },
  { name: "br", coding: "br", body: zlib.brotliCompressSync(PLAIN), isDecodedByFetch: true },
  { name: "zstd", coding: "zstd", body: zlib.zstdCompressSync(PLAIN), isDecodedByFetch: false },
  { name: "identity", coding: "identity", body: PLAIN, isDecodedByFetch: true },
  {
    name: "two codings",
    coding: "br, gzip",
    body: zlib.gzipSync(zlib.brotliCompressSync(PLAIN)),
    isDecodedByFetch: false,
  },
];

function coded(coding: string, body: Uint8Array): string {
  return answer(Buffer.from(body).toString("latin1"), `content-encoding: ${coding}`);
}

for (const transport of [...TESTED, ...TESTED_HTTP2]) {
  const isSocket = transport !== "fetch";

  for (const { name, coding, body, isDecodedByFetch } of CODINGS) {
    Deno.test(`${transport}: ${name} is decoded when the body is read`, async () => {
      const whole = coded(coding, body);
      await using server = startRecording(() => whole);
      await using test = testClient(server.url, { transport });
      for (let round = 0; round < 2; round++) {
        const response = await test.client.get("/");
        assertEquals(await response.text(), TEXT);
        assertEquals(await response.text(), TEXT); // more than once
        assertEquals(Buffer.from(await response.bytes()).toString(), TEXT);
      }
      const { bytesReceived } = test.summary().total;
      // Header lines of HTTP/2 are compressed.
      if (transport.startsWith("socket 2")) assert(bytesReceived > 2 * body.length && bytesReceived < 2 * whole.length);
      else if (isSocket) assertEquals(bytesReceived, 2 * whole.length);
      else if (isDecodedByFetch) assert(bytesReceived >= 2 * TEXT.length); // differs: fetch shows no wire
    });

    if (isSocket) {
      Deno.test(`socket: ${name} is not decoded before it is read`, async () => {
        await using server = startRecording(() => coded(coding, body));
        await using test = testTransport(transport);
        const outcome = await test.send(wireRequest(server.port));
        assert(!(outcome instanceof TransportError));
        assertEquals(Buffer.from(outcome.body), Buffer.from(body));
        assertEquals(outcome.contentEncoding, coding === "identity" ? null : coding);
      });
    }
  }

  for (const coding of ["gzip", "deflate", "br", "zstd", "rot13"]) {
    // differs: fetch decodes gzip and br as they arrive, so the request itself fails
    const isMetBySender = !isSocket && (coding === "gzip" || coding === "br");
    Deno.test(`${transport}: broken ${coding} fails ${isMetBySender ? "the request" : "the read"}`, async () => {
      await using server = startRecording(() => coded(coding, Buffer.from("this is not compressed at all")));
      await using test = testClient(server.url, { transport });
      if (isMetBySender) {
        const error = await assertRejects(() => test.client.get("/"), RequestError);
        assertEquals([error.kind, errorsOf(test.summary())], ["protocol", [`1 ${error.message}`]]);
        return;
      }
      const response = await test.client.get("/");
      assertEquals([response.status, response.error], [200, null]);
      const expected = coding === "rot13" ? `content-encoding "rot13" is unknown` : `it is not valid ${coding}`;
      for (const read of ["text", "bytes", "json", "blob", "arrayBuffer"] as const) {
        await assertRejects(() => response[read]() as Promise<unknown>, TypeError, expected);
      }
      assertEquals(rowsOf(test.summary()), ["GET / 1/0"]); // a success, unless the script judges it
    });
  }

  Deno.test(`${transport}: gzip in two members is decoded ${isSocket ? "whole" : "up to the first (differs: Deno's fetch stops there)"}`, async () => {
    const parts = [TEXT.slice(0, 100), TEXT.slice(100)];
    await using server = startRecording(() => coded("gzip", Buffer.concat(parts.map((part) => zlib.gzipSync(part)))));
    await using test = testClient(server.url, { transport });
    assertEquals(await (await test.client.get("/")).text(), isSocket ? TEXT : parts[0]);
  });

  for (const { name, coding, body } of CODINGS.filter(({ coding }) => coding !== "identity")) {
    Deno.test(`${transport}: ${name} cut short fails the read or the request`, async () => {
      let cut = body;
      await using server = startRecording(() => coded(coding, cut));
      await using test = testClient(server.url, { transport });
      for (const left of [body.length - 1, body.length - 5, body.length >> 1, 5]) {
        cut = body.subarray(0, left);
        const error = await assertRejects(async () => await (await test.client.get("/")).text(), Error);
        assert(error instanceof TypeError || (!isSocket && error instanceof RequestError), `${left}: ${error}`);
      }
    });
  }

  Deno.test(`${transport}: zstd in frames of all kinds is decoded whole`, async () => {
    const checked = { params: { [zlib.constants.ZSTD_c_checksumFlag]: 1 } };
    const frames = [
      "\x50\x2a\x4d\x18\x02\0\0\0ab", // to be skipped
      zlib.zstdCompressSync(PLAIN.subarray(0, 100)).toString("latin1"),
      "\x28\xb5\x2f\xfd\x20\x06\x31\0\0middle", // a single segment, one raw block
      "\x28\xb5\x2f\xfd\x00\x58\x23\0\0!", // one block of a repeated byte
      zlib.zstdCompressSync(PLAIN.subarray(100), checked).toString("latin1"),
    ];
    await using server = startRecording(() => answer(frames.join(""), "content-encoding: zstd"));
    await using test = testClient(server.url, { transport });
    const whole = Buffer.concat([PLAIN.subarray(0, 100), Buffer.from("middle!!!!"), PLAIN.subarray(100)]).toString();
    assertEquals(await (await test.client.get("/")).text(), whole);
  });

  Deno.test(`${transport}: an empty coded body is empty`, async () => {
    await using server = startRecording(() => answer("", "content-encoding: gzip"));
    await using test = testClient(server.url, { transport });
    assertEquals(await (await test.client.get("/")).text(), "");
    assertEquals(await (await test.client.head("/")).text(), "");
  });

  for (const [coding, nothing] of [["br", "\x3b"], ["zstd", "\x28\xb5\x2f\xfd\0\x58\x01\0\0"]] as const) {
    Deno.test(`${transport}: an empty stream in ${coding} is empty`, async () => {
      await using server = startRecording(() => answer(nothing, `content-encoding: ${coding}`));
      await using test = testClient(server.url, { transport });
      assertEquals(await (await test.client.get("/")).text(), "");
    });
  }
}

Deno.test("socket: maxBodyBytes counts the body as on the wire", async () => {
  const body = zlib.gzipSync(PLAIN);
  await using server = startRecording(() => coded("gzip", body));
  await using test = testClient(server.url, { maxBodyBytes: body.length });
  assertEquals(await (await test.client.get("/")).text(), TEXT);
  await using small = testClient(server.url, { maxBodyBytes: body.length - 1 });
  assertEquals((await assertRejects(() => small.client.get("/"), RequestError)).kind, "limit");
});
