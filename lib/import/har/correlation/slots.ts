/**
 * Values that a request sends.
 *
 * @module
 */

import type { Draft } from "../draft.ts";

/** A value in a request. */
export interface Slot {
  /** Name of the field or header; for a part of the path, the part before it. */
  readonly name: string;
  /** The value as the user would read it. */
  readonly value: string;
  readonly place: "path" | "query" | "header" | "body";
  /** Whether it is a number of a JSON body. */
  readonly isNumber: boolean;
  /** Whether the string is percent-encoded where it stands. */
  readonly isEncoded: boolean;
  /** Replaces it by a string with marks. */
  set(marked: string): void;
}

/** Deepest level of a JSON body that is looked at. */
const MAX_DEPTH = 20;
/** Headers whose values come from the program, not from a response. */
const CONSTANT_HEADERS = new Set(["accept", "content-type", "origin", "x-requested-with", "range"]);

/** Returns the values that a request sends. */
export function slotsOf(draft: Draft): Slot[] {
  return [
    ...pathSlots(draft),
    ...querySlots(draft),
    ...headerSlots(draft),
    ...bodySlots(draft),
    ...messageSlots(draft),
  ];
}

function pathSlots(draft: Draft): Slot[] {
  const segments = draft.path.split("/");
  return segments.flatMap((segment, index): Slot[] => {
    if (segment === "") return [];
    const set = (marked: string) => {
      segments[index] = marked;
      draft.path = segments.join("/");
    };
    return [slot("path", segments[index - 1] ?? "", decoded(segment), set, { isEncoded: true })];
  });
}

function querySlots(draft: Draft): Slot[] {
  const { fields } = draft;
  if (fields === null) return rawQuerySlots(draft);
  return fields.map(([name, value], index) => slot("query", name, value, (marked) => fields[index] = [name, marked]));
}

function rawQuerySlots(draft: Draft): Slot[] {
  const pairs = draft.rawQuery.slice(1).split("&");
  return pairs.flatMap((pair, index): Slot[] => {
    const at = pair.indexOf("=");
    if (at < 1 || at === pair.length - 1) return [];
    const set = (marked: string) => {
      pairs[index] = `${pair.slice(0, at)}=${marked}`;
      draft.rawQuery = `?${pairs.join("&")}`;
    };
    return [slot("query", decoded(pair.slice(0, at)), decoded(pair.slice(at + 1)), set, { isEncoded: true })];
  });
}

function headerSlots(draft: Draft): Slot[] {
  return draft.headers.flatMap(([name, value], index): Slot[] => {
    if (CONSTANT_HEADERS.has(name)) return [];
    return [slot("header", name, value, (marked) => draft.headers[index] = [name, marked])];
  });
}

function bodySlots(draft: Draft): Slot[] {
  const { body } = draft;
  switch (body?.kind) {
    case "form": {
      const fields = body.fields.map(([name, value]): [string, string] => [name, value]);
      draft.body = { kind: "form", fields };
      return fields.map(([name, value], index) =>
        slot("body", name, value, (marked) => fields[index] = [name, marked])
      );
    }
    case "multipart": {
      const parts = [...body.parts];
      draft.body = { kind: "multipart", parts };
      return parts.flatMap((part, index): Slot[] => {
        if (part.fileName !== undefined) return [];
        return [slot("body", part.name, part.value, (marked) => parts[index] = { ...part, value: marked })];
      });
    }
    case "json":
      return jsonSlots(body.root, "value", "", 0);
    case "text":
      return [slot("body", "", body.text, (marked) => draft.body = { kind: "text", text: marked })];
    default:
      return [];
  }
}

function messageSlots(draft: Draft): Slot[] {
  return draft.messages.flatMap((message, index): Slot[] => {
    if (message.kind !== "send" || message.isBinary) return [];
    return [slot("body", "", message.data, (marked) => draft.messages[index] = { ...message, data: marked })];
  });
}

function jsonSlots(holder: object, key: string, name: string, depth: number): Slot[] {
  const members = holder as Record<string, unknown>;
  const value = members[key];
  const set = (marked: string) => {
    members[key] = marked;
  };
  if (typeof value === "string" && value !== "") return [slot("body", name, value, set)];
  if (typeof value === "number") return [slot("body", name, String(value), set, { isNumber: true })];
  if (value === null || typeof value !== "object" || depth > MAX_DEPTH) return [];
  return Object.keys(value).flatMap((inner) => jsonSlots(value, inner, Array.isArray(value) ? name : inner, depth + 1));
}

function slot(
  place: Slot["place"],
  name: string,
  value: string,
  set: (marked: string) => void,
  flags: Partial<Pick<Slot, "isNumber" | "isEncoded">> = {},
): Slot {
  return { place, name, value, isNumber: false, isEncoded: false, ...flags, set };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text; // not percent-encoded
  }
}
