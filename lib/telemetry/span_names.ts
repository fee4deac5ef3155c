/**
 * Names of the attributes of spans.
 *
 * @module
 */

import type { Attributes, SpanRecord } from "../spans/span_record.ts";
import { type NameSet, rowAttributesOf } from "./metrics.ts";

/** Attributes of spans that aiolocust calls something else, beside those that metrics have, too. */
const OF_AIOLOCUST = [["url.full", "http.url"]] as const;

/** Returns a span with the names of a set: those of rows are the same as in metrics, also in its events. */
export function withNames(span: SpanRecord, names: NameSet): SpanRecord {
  const [known, wanted] = [rowAttributesOf("standard"), rowAttributesOf(names)];
  const renamed = new Map<string, string>([
    ...[[known.row, wanted.row], [known.method, wanted.method], [known.status, wanted.status]] as const,
    ...(names === "aiolocust" ? OF_AIOLOCUST : []),
  ]);
  const rename = (attributes: Attributes): Attributes =>
    Object.fromEntries(Object.entries(attributes).map(([name, value]) => [renamed.get(name) ?? name, value]));
  const events = span.events.map((event) => ({ ...event, attributes: rename(event.attributes) }));
  return { ...span, attributes: rename(span.attributes), events };
}
