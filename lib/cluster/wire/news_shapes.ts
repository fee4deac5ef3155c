/**
 * What messages of an agent look like.
 *
 * @module
 */

import { LOG_LEVELS } from "../../core/log_level.ts";
import type { FromAgent } from "./protocol.ts";
import {
  anything,
  count,
  either,
  finite,
  flag,
  list,
  matching,
  members,
  one,
  optional,
  orNull,
  readerOf,
  record,
  type Shape,
  text,
  upTo,
} from "./shapes.ts";

/** Largest exit code. */
const MAX_EXIT_CODE = 255;

const traceId = matching(/^[0-9a-f]{32}$/);
const spanId = matching(/^[0-9a-f]{16}$/);
const attributes = record(either(text, finite, flag));

const span = members({
  ...{ traceId, spanId, parentSpanId: either(one(""), spanId), name: text, kind: one("client", "internal") },
  ...{ startMs: finite, endMs: finite, attributes, status: one("unset", "error"), statusMessage: text },
  events: list(members({ name: text, atMs: finite, attributes })),
});

const state = members({
  ...{ users: count, mostUsers: count, iterations: count, interruptedIterations: count, endedIterations: count },
  hasSucceeded: flag,
  starts: list(members({ stuck: count, lost: count, reason: orNull(text) })),
  classStarts: list(members({ userClass: text, state: one("passed", "failing", "trying") })),
  workers: list(members({ worker: text, users: count, busyShare: orNull(finite), lagMs: finite })),
});

/** A report without its deltas. */
export const REPORT_HEAD: Shape = members({
  state,
  spans: optional(members({ spans: list(span), dropped: count })),
});

/** What a delta has beside its compact form. */
export const DELTA_REST: Shape = members({
  keptFailures: optional(members({
    perRow: count,
    kept: list(members({
      ...{ method: text, name: text, userClass: text, atMs: finite, error: text, decidedAt: orNull(text) },
      ...{ ttfbMs: finite, ttlbMs: finite, exchange: text },
    })),
  })),
});

/** Reads a message that is not a report: those have a form of their own. */
export const readNews: (value: unknown) => Exclude<FromAgent, { type: "report" }> = readerOf("a message", {
  done: members({ id: count, script: anything }),
  failed: members({
    ...{ id: orNull(count), kind: one("script", "usage", "worker"), message: text, hint: optional(text) },
  }),
  ended: members({ atMs: finite, isLimitReached: flag }),
  shutdown: members({ reason: text, exitCode: orNull(either(one(0), upTo(MAX_EXIT_CODE))) }),
  death: members({ message: text, isThrown: flag }),
  left: members({ reason: text }),
  log: members({ level: one(...LOG_LEVELS), text, span: orNull(members({ traceId, spanId })) }),
  print: members({ text, isError: flag }),
});
