/**
 * What orders of a coordinator look like.
 *
 * @module
 */

import type { ToAgent } from "./protocol.ts";
import {
  anything,
  count,
  either,
  finite,
  flag,
  list,
  members,
  number,
  one,
  orNull,
  plain,
  readerOf,
  type Shape,
  text,
  upTo,
  whole,
} from "./shapes.ts";

/** Most workers of a machine: more threads than any has cores. */
const MAX_WORKERS = 9999;

const notNegative: Shape = (value) => finite(value) && Number(value) >= 0;
const share = { iterations: orNull(count), isFinal: flag, maxRequestsPerSecond: orNull(notNegative) };
const part = members({ ...share, first: count, firstTurnMs: notNegative });
const plan = members({
  ...{ type: one("plan"), scenario: count, startMs: finite, extraUsers: whole, deal: orNull(plain) },
  shape: members({ model: one("closed", "open"), stages: list(plain) }),
});
const packedData = either(
  members({ bytes: (value) => value instanceof SharedArrayBuffer }),
  (value) => plain(value) && !("bytes" in (value as object)),
);

/** Reads an order. */
export const readOrder: (value: unknown) => ToAgent = readerOf("an order", {
  load: members({
    ...{ id: count, options: plain, workers: upTo(MAX_WORKERS), proof: orNull(text), aloneAfterMs: notNegative },
    bundle: orNull(members({ hash: text, bytes: count })),
  }),
  resize: members({ id: count, workers: upTo(MAX_WORKERS) }),
  prepare: members({ id: count, data: packedData, classes: list(count) }),
  start: members({
    start: members({
      ...{ startMs: finite, endMs: number, workers: count, part },
      scenarios: list(members({ classes: list(count), capacity: number, plan })),
    }),
  }),
  follow: members({ plan }),
  share: members({ share: members({ ...share, lost: list(count) }) }),
  pause: members({ isPaused: flag }),
  ...{ stop: anything, interrupt: anything, abandon: anything, end: anything },
});
