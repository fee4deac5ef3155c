/**
 * What a response must have, as far as one recording tells.
 *
 * @module
 */

import type { Expectation } from "../model.ts";
import { responseText } from "./correlation/offers.ts";
import type { Draft } from "./draft.ts";
import { headerOf } from "./headers.ts";

/** Longest part of a body that is looked for. */
const MAX_LENGTH = 60;

/** Returns the status and one part of the body that does not look as if it changed; `null` if nothing is sure. */
export function expectationOf(draft: Draft): Expectation | null {
  const { response } = draft.last;
  // The browser asked whether its copy is still good; the client has none.
  if (response.status === 304) return null;
  const includes = draft.isManual || draft.entry.request.method === "HEAD" ? null : stablePart(draft);
  return { status: response.status, ...(includes === null ? {} : { includes }) };
}

function stablePart({ last }: Draft): string | null {
  const text = responseText(last);
  const type = last.response.content?.mimeType || headerOf(last.response.headers, "content-type");
  if (text === "" || text.includes("\ufffd")) return null;
  const candidates = /json/i.test(type)
    ? [/^\s*[[{][\s[{]*("[\w-]+")\s*:/.exec(text)?.[1]]
    : /html/i.test(type)
    ? [/<title[^>]*>\s*([^<\n]+?)\s*<\/title>/i.exec(text)?.[1], /<h1[^>]*>\s*([^<\n]+?)\s*<\/h1>/i.exec(text)?.[1]]
    : /^text\/plain/i.test(type)
    ? [text.trim().split("\n")[0]]
    : [];
  return candidates.find((part) => part !== undefined && isStable(part)) ?? null;
}

/** Digits change most: ids, dates, counts, prices. */
function isStable(part: string): boolean {
  return part.length >= 2 && part.length <= MAX_LENGTH && !/\d/.test(part) && !/[^\P{C}\t]/u.test(part);
}
