// Sends one answer over one transport, whole or in pieces.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import type { AnswerCase, Expected } from "./case.ts";
import { arrival, type HostileConnection, startHostile } from "./hostile_server.ts";
import { type Outcome, plain, testTransport, wireRequest } from "../send.ts";
import type { Tested } from "../../../helpers/http/tested_transports.ts";

/** How the server sends an answer; a number of bytes cuts it in two there. */
export type Delivery = "whole" | "byte by byte" | number;

/** @throws if an outcome is not the expected one */
export function verify(outcome: Outcome, expected: Expected): void {
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

/** Sends a request for each delivery; returns the outcomes. */
export async function outcomesOf(
  transport: Tested,
  one: Omit<AnswerCase, "expected">,
  deliveries: readonly Delivery[],
): Promise<Outcome[]> {
  const left = [...deliveries];
  await using server = startHostile(async (connection) => {
    while (await connection.readRequest() !== null) {
      await deliver(connection, one.answer, left.shift()!);
      if (one.closes) return;
    }
  });
  const options = one.maxBodyBytes === undefined ? {} : { maxBodyBytes: one.maxBodyBytes };
  await using test = testTransport(transport, options);
  const outcomes: Outcome[] = [];
  for (const _ of deliveries) {
    outcomes.push(await test.send(wireRequest(server.port, { method: one.method ?? "GET" })));
  }
  return outcomes;
}

/** Runs a case; throws if an outcome is not the expected one. */
export async function run(transport: Tested, one: AnswerCase, deliveries: readonly Delivery[]): Promise<void> {
  const expected = transport === "fetch" ? one.fetch ?? one.expected : one.expected;
  for (const [index, outcome] of (await outcomesOf(transport, one, deliveries)).entries()) {
    try {
      verify(outcome, expected);
    } catch (cause) {
      const delivery = deliveries[index];
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
