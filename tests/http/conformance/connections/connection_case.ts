// The form of a case about connections, and how it is run.

import { assertEquals } from "@std/assert";
import { TransportError, type TransportOptions, type WireRequest } from "../../../../lib/http/transport.ts";
import { TESTED, type Tested } from "../../../helpers/http/tested_transports.ts";
import { answer } from "../cases/case.ts";
import { arrival, type HostileConnection } from "../cases/hostile_server.ts";
import { type Reply, type SeenRequest, startRecording } from "../seen_request.ts";
import { type Outcome, testTransport, wireRequest } from "../send.ts";

/** The server's default answer. */
export const HELLO: string = answer("hello");

/** Requests sent one after the other, and the connections they use. */
export interface ConnectionCase {
  readonly name: string;
  readonly options?: TransportOptions;
  /** @default three GETs of paths /0, /1, /2, one after the other */
  readonly requests?: readonly (Partial<WireRequest> | (() => Partial<WireRequest>))[];
  readonly reply?: Reply;
  /** Connection of each request the server saw, in order. */
  readonly seen: readonly number[];
  /** Status or kind of failure of each request sent. @default 200 each */
  readonly outcomes?: readonly (number | string)[];
  /** Repetitions that the transport reports. @default 0 */
  readonly repeats?: number;
  /** The result over fetch if it differs, and the reason. */
  readonly fetch?: {
    readonly seen: readonly number[];
    readonly outcomes?: readonly (number | string)[];
    readonly because: string;
  };
}

/** Answers every request except the nth of the first connection, which it closes after the bytes `before`. */
export function endOn(nth: number, before = ""): Reply {
  return async (request, connection) => {
    if (request.connection > 0 || !request.line.includes(`/${nth} `)) {
      return request.line.startsWith("HEAD") ? HELLO.slice(0, -"hello".length) : HELLO;
    }
    await connection.send(before);
    return false;
  };
}

/** Ends the first connection while it is idle. */
export async function endsIdle(request: SeenRequest, connection: HostileConnection): Promise<boolean> {
  await connection.send(HELLO);
  return request.connection > 0;
}

/** Returns the status of an answer, or the kind of a failure. */
export function outcomeOf(outcome: Outcome): number | string {
  return outcome instanceof TransportError ? outcome.kind : outcome.status;
}

async function run(transport: Tested, one: ConnectionCase): Promise<void> {
  await using server = startRecording(one.reply ?? (() => HELLO));
  await using test = testTransport(transport, one.options);
  const outcomes: (number | string)[] = [];
  const requests = one.requests ?? [{}, {}, {}];
  for (const [index, request] of requests.entries()) {
    const fields = typeof request === "function" ? request() : request;
    const outcome = await test.send(wireRequest(server.port, { ...fields, path: `/${index}` }));
    if (!(outcome instanceof TransportError) && fields.method !== "HEAD") {
      assertEquals(new TextDecoder().decode(outcome.body), "hello");
    }
    outcomes.push(outcomeOf(outcome));
    for (let turns = 0; turns < 5; turns++) await arrival(); // let everything that the server sends arrive
  }
  const expected = transport === "fetch" ? { ...one, ...one.fetch } : one;
  assertEquals(server.requests.map(({ connection }) => connection), expected.seen);
  assertEquals(outcomes, expected.outcomes ?? requests.map(() => 200));
  if (transport === "fetch") return; // fetch does not show its connections
  assertEquals(test.seen, { connected: server.connections, repeats: one.repeats ?? 0 });
}

/** Registers a test of each case over each transport. */
export function testCases(cases: readonly ConnectionCase[]): void {
  for (const transport of TESTED) {
    for (const one of cases) {
      const because = transport === "fetch" && one.fetch !== undefined ? ` (differs: ${one.fetch.because})` : "";
      Deno.test(`${transport}: ${one.name}${because}`, () => run(transport, one));
    }
  }
}
