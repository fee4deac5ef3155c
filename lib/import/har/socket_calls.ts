/**
 * WebSockets and event streams of a recording.
 *
 * @module
 */

import { unmark } from "../markers.ts";
import type { SocketMessage } from "../model.ts";
import { responseText } from "./correlation/offers.ts";
import type { Draft } from "./draft.ts";
import { isEventStream } from "./headers.ts";
import type { Pauses } from "./steps.ts";

/** Most events of one stream that are awaited. */
const MAX_EVENTS = 1_000;
/** Most messages of one WebSocket that are written. */
export const MAX_MESSAGES = 200;

/** Returns how many events of a stream are read: as many as were recorded, from 1 to 1,000; `null` if it is no stream. */
export function eventCount({ last }: Draft): number | null {
  if (!isEventStream(last.response)) return null;
  const blocks = responseText(last).split(/\r?\n\r?\n|\r\r/);
  const count = blocks.filter((block) => /^data(?::|$)/m.test(block)).length;
  return Math.min(Math.max(1, count), MAX_EVENTS);
}

/** Returns the messages of a WebSocket; received ones that follow one another are counted. */
export function socketMessages({ messages }: Draft, pauses: Pauses): SocketMessage[] {
  const result: SocketMessage[] = [];
  let beforeMs = NaN;
  for (const { kind, data, isBinary, atMs } of messages.slice(0, MAX_MESSAGES)) {
    const last = result.at(-1);
    if (kind === "send") {
      const pause = pauses.between(beforeMs, atMs);
      if (pause !== null) result.push({ kind: "sleep", seconds: pause });
      result.push(isBinary ? { kind: "sendBytes", data } : { kind: "send", data: unmark(data) });
    } else if (last?.kind === "receive") {
      result[result.length - 1] = { kind: "receive", count: last.count + 1 };
    } else result.push({ kind: "receive", count: 1 });
    beforeMs = atMs;
  }
  return result;
}
