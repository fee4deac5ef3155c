// When a request is repeated, and when it is not.

import type { WireRequest } from "../../../../lib/http/transport.ts";
import { type ConnectionCase, endOn, endsIdle, HELLO, testCases } from "./connection_case.ts";

const RESENDS = "Deno's fetch repeats a request until a whole head has come, and has no option against it";

const stream = () => ({ method: "POST", body: ReadableStream.from([new TextEncoder().encode("once")]) });
const bytes = new TextEncoder().encode("body");
const large = new Uint8Array(100_000);
/** Idempotent methods (RFC 9110, 9.2.2) besides GET, which most cases use. */
const IDEMPOTENT: readonly Partial<WireRequest>[] = [
  { method: "HEAD" },
  { method: "OPTIONS" },
  { method: "DELETE" },
  { method: "DELETE", body: bytes },
  { method: "PUT", body: bytes },
  { method: "PUT", body: large },
];
/** Methods that are not idempotent, one of them unknown. */
const NOT_IDEMPOTENT: readonly Partial<WireRequest>[] = [
  { method: "POST", body: bytes },
  { method: "POST", body: large },
  { method: "PATCH", body: bytes },
  { method: "BUY", body: bytes },
];

function described({ method, body }: Partial<WireRequest>): string {
  return `${method} with ${body instanceof Uint8Array ? `a body of ${body.length} bytes` : "no body"}`;
}

const CASES: readonly ConnectionCase[] = [
  {
    name: "a request is repeated if its reused connection ends without a byte of an answer",
    reply: endOn(1),
    seen: [0, 0, 1, 1],
    repeats: 1,
  },
  ...IDEMPOTENT.map((request) => ({
    name: `${described(request)} is repeated`,
    requests: [{}, request, {}],
    reply: endOn(1),
    seen: [0, 0, 1, 1],
    repeats: 1,
  })),
  {
    name: "a POST without a body is never sent twice",
    requests: [{}, { method: "POST" }, {}],
    reply: endOn(1),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
    fetch: {
      seen: [0, 0, 1, 1],
      outcomes: [200, 200, 200],
      because: "Deno's fetch repeats every request without a stream",
    },
  },
  ...NOT_IDEMPOTENT.map((request) => ({
    name: `${described(request)} is never sent twice`,
    requests: [{}, request, {}],
    reply: endOn(1),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
  })),
  ...NOT_IDEMPOTENT.map((request) => ({
    name: `${described(request)} uses a new connection if the idle one has ended`,
    requests: [{}, request, {}],
    reply: endsIdle,
    seen: [0, 1, 1],
  })),
  {
    name: "a stream that has been started is never repeated",
    requests: [{}, stream, {}],
    reply: endOn(1),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
  },
  {
    name: "nothing is repeated after one byte of an answer",
    reply: endOn(1, "H"),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
    fetch: { seen: [0, 0, 1, 1], outcomes: [200, 200, 200], because: RESENDS },
  },
  {
    name: "nothing is repeated after an informational answer",
    reply: endOn(1, "HTTP/1.1 100 Continue\r\n\r\n"),
    seen: [0, 0, 1],
    outcomes: [200, "truncated", 200],
    fetch: { seen: [0, 0, 1, 1], outcomes: [200, 200, 200], because: RESENDS },
  },
  {
    name: "nothing is repeated if a new connection ends",
    reply: endOn(0),
    seen: [0, 1, 1],
    outcomes: ["truncated", 200, 200],
  },
  {
    name: "nothing is sent more than twice",
    reply: (request) => request.line.includes("/1 ") ? Promise.resolve(false) : HELLO,
    seen: [0, 0, 1, 2],
    outcomes: [200, "truncated", 200],
    repeats: 1,
  },
  {
    name: "each request may be repeated once",
    reply: ({ connection, line }) => line.includes(`/${connection + 1} `) ? Promise.resolve(false) : HELLO,
    seen: [0, 0, 1, 1, 2],
    repeats: 2,
  },
];

testCases(CASES);
