// One suite over both transports, against one hostile server: each answer whole, after another, and in pieces.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../lib/http/transport.ts";
import type { AnswerCase, Expected } from "./case.ts";
import { BODY_CASES } from "./cases_bodies.ts";
import { FAILURE_CASES } from "./cases_failures.ts";
import { HEAD_CASES } from "./cases_heads.ts";
import { arrival, type HostileConnection, startHostile } from "./hostile_server.ts";
import { type Outcome, plain, testTransport, wireRequest } from "./send.ts";
import type { Tested } from "../../helpers/tested_transports.ts";

/** Longest answer that is dribbled: a test should take no longer than a blink. */
const MAX_DRIBBLED = 160;
/** Answers that are cut at every place: one of each kind of framing, and one that has to fail. */
const CUT = [
  "header names in any case",
  "a folded header line (obs-fold)",
  "lines that end with a line feed only",
  "a 100 before the answer",
  "several informational answers with headers",
  "HEAD with a content-length",
  "204 without a body",
  "a body that looks like an answer",
  "several chunks",
  "chunk extensions",
  "trailers",
  "a body that ends with the connection",
  "chunks that end early",
  "a blank in a header name",
  "two different content-lengths",
  "a chunk longer than its size",
];

function verify(outcome: Outcome, expected: Expected): void {
  if ("error" in expected) {
    assert(
      outcome instanceof TransportError,
      `${JSON.stringify(plain(outcome)).slice(0, 200)} instead of ${expected.error}`,
    );
    assert(
      [expected.error].flat().includes(outcome.kind),
      `${outcome.kind} (${outcome.message}), expected ${expected.error}`,
    );
    return;
  }
  if (outcome instanceof TransportError) throw outcome;
  const actual = plain(outcome);
  for (const key of ["status", "statusText", "body"] as const) {
    if (expected[key] !== undefined) assertEquals(actual[key], expected[key]);
  }
  assert(expected.check?.(outcome) ?? true, JSON.stringify(outcome.headerLines()).slice(0, 500));
}

/** How the server sends an answer. */
type Delivery = "whole" | "byte by byte" | number;

async function run(transport: Tested, one: AnswerCase, deliveries: readonly Delivery[]): Promise<void> {
  const left = [...deliveries];
  await using server = startHostile(async (connection) => {
    while (await connection.readRequest() !== null) {
      await deliver(connection, one.answer, left.shift()!);
      if (one.closes) return;
    }
  });
  const options = one.maxBodyBytes === undefined ? {} : { maxBodyBytes: one.maxBodyBytes };
  await using test = testTransport(transport, options);
  const expected = transport === "fetch" ? one.fetch ?? one.expected : one.expected;
  for (const delivery of deliveries) {
    const outcome = await test.send(wireRequest(server.port, { method: one.method ?? "GET" }));
    try {
      verify(outcome, expected);
    } catch (cause) {
      throw new Error(`${one.name}, sent ${typeof delivery === "number" ? `cut at ${delivery}` : delivery}`, { cause });
    }
  }
}

async function deliver(connection: HostileConnection, answer: string, delivery: Delivery): Promise<void> {
  if (delivery === "byte by byte") return await connection.dribble(answer);
  if (delivery === "whole") return await connection.send(answer);
  await connection.send(answer.slice(0, delivery));
  await arrival();
  await connection.send(answer.slice(delivery));
}

const CASES = [...HEAD_CASES, ...BODY_CASES, ...FAILURE_CASES];
const CUT_CASES = CUT.map((name) => CASES.find((one) => one.name === name)!);
const SHORT_CASES = CASES.filter(({ answer }) => answer.length <= MAX_DRIBBLED);

for (const transport of ["socket", "fetch"] as const) {
  for (const one of CASES) {
    const because = transport === "fetch" && one.fetch !== undefined ? ` (differs: ${one.fetch.because})` : "";
    // Twice: the second answer may meet what the first has left behind, and the remembered header block.
    Deno.test(`${transport}: ${one.name}${because}`, () => run(transport, one, ["whole", "whole"]));
  }

  // All at once, since all they do is wait for the next byte.
  Deno.test(`${transport}: each of ${SHORT_CASES.length} answers, byte by byte`, async () => {
    await allOf(SHORT_CASES.map((one) => run(transport, one, ["byte by byte"])));
  });

  Deno.test(`${transport}: each of ${CUT_CASES.length} answers, cut in two at every place`, async () => {
    await allOf(CUT_CASES.map((one) => run(transport, one, places(one.answer))));
  });
}

/** Waits for all, failed ones or not, so that none runs on into the next test. */
async function allOf(runs: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(runs)).filter((result) => result.status === "rejected");
  if (failures.length > 0) throw new AggregateError(failures.map((failure) => failure.reason));
}

function places(answer: string): number[] {
  return Array.from({ length: answer.length - 1 }, (_, index) => index + 1);
}
