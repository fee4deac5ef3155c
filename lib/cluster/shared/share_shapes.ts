/**
 * What messages about shared data look like.
 *
 * @module
 */

import {
  bytes,
  count,
  either,
  finite,
  flag,
  list,
  members,
  one,
  plain,
  readerOf,
  type Shape,
  text,
  upTo,
  whole,
} from "../wire/shapes.ts";
import { MAX_NAMES } from "../../script/shared/shared_table.ts";
import type { RowRange } from "../../script/shared/lease_table.ts";
import type { FromMachine, ToMachine } from "./batch_line.ts";

/** Most rows of a sequence, over all passes. */
const MOST_ROWS = Number.MAX_SAFE_INTEGER;

const numbers = members({ from: count, to: count });
const range: Shape = (value) => numbers(value) && (value as RowRange).from < (value as RowRange).to;
const notNegative: Shape = (value) => finite(value) && Number(value) >= 0;

const ask = either(
  members({ kind: one("count"), name: text, by: whole }),
  members({ kind: one("push", "untake", "send"), name: text, record: bytes }),
  members({ kind: one("take"), name: text, waits: flag }),
  members({ kind: one("cancel"), name: text, take: text }),
  members({ kind: one("size"), name: text }),
  members({ kind: one("token"), name: text, periodUs: notNegative, burstUs: notNegative }),
  members({
    ...{ kind: one("lease"), name: text, slot: (value) => count(value) && Number(value) < MAX_NAMES, left: count },
    ...{ length: count, isRepeated: flag, isUrgent: flag, most: upTo(MOST_ROWS) },
  }),
);

const answer = either(
  members({ problem: text }),
  (value) => plain(value) && "value" in (value as object),
);

/** Reads a message of a machine. */
export const readFromMachine: (value: unknown) => FromMachine = readerOf("a question", {
  ask: members({ key: text, ask }),
  recalled: members({ id: count, ranges: list(range) }),
});

/** Reads a message of the coordinator. */
export const readToMachine: (value: unknown) => ToMachine = readerOf("an answer", {
  answer: members({ key: text, answer }),
  deliver: members({ name: text, record: bytes }),
  recall: members({ id: count, name: text }),
});
