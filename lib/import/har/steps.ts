/**
 * Pages and pauses of a recording.
 *
 * @module
 */

import type { Action, ImportOptions } from "../model.ts";
import { rowName } from "../row_name.ts";
import type { Draft } from "./draft.ts";
import type { HarPage } from "./har_format.ts";
import { headerOf } from "./headers.ts";

/** Requests of one page. */
export interface PageDrafts {
  readonly name: string;
  /** Whether the recording has the name: it is not made of a path. */
  readonly isNamed: boolean;
  readonly drafts: Draft[];
}

/** Shorter gaps are the browser's own. */
const MIN_THINK_SECONDS = 0.3;
/** Longer ones are not thinking: the user went away. */
const MAX_THINK_SECONDS = 60;

/** Groups requests by page: those of the file, or by the documents that were loaded. */
export function groupByPage(drafts: readonly Draft[], pages: readonly HarPage[]): PageDrafts[] {
  const titles = new Map(pages.map(({ id, title }) => [id, title]));
  return drafts.some(({ entry }) => titles.has(entry.pageId))
    ? groupByReference(drafts, titles)
    : groupByDocument(drafts);
}

function groupByReference(drafts: readonly Draft[], titles: ReadonlyMap<string | undefined, string | undefined>) {
  const groups = new Map<string | undefined, PageDrafts>();
  let current: string | undefined;
  for (const draft of drafts) {
    const { pageId } = draft.entry;
    if (titles.has(pageId)) current = pageId;
    const group = groups.get(current) ?? { ...pageName(titles.get(current), draft), drafts: [] };
    groups.set(current, group);
    group.drafts.push(draft);
  }
  return [...groups.values()];
}

function groupByDocument(drafts: readonly Draft[]): PageDrafts[] {
  const groups: PageDrafts[] = [];
  for (const draft of drafts) {
    if (groups.length === 0 || isDocument(draft)) groups.push({ ...pageName(undefined, draft), drafts: [] });
    groups.at(-1)!.drafts.push(draft);
  }
  return groups;
}

/** Returns the title of a page, or a path if the title is missing or a URL. */
function pageName(title: string | undefined, { last }: Draft): Pick<PageDrafts, "name" | "isNamed"> {
  const given = typeof title === "string" ? title.trim() : "";
  if (given !== "" && !/^https?:\/\//i.test(given)) return { name: given, isNamed: true };
  return { name: rowName(URL.parse(given)?.pathname ?? last.url.pathname), isNamed: false };
}

/** Returns whether a request loaded a page, not a frame or data. */
function isDocument({ entry, last }: Draft): boolean {
  const { request, raw } = entry;
  const destination = headerOf(request.headers, "sec-fetch-dest");
  if (destination !== "") return destination === "document";
  if (raw._resourceType !== undefined) return raw._resourceType === "document";
  const mime = last.response.content?.mimeType || headerOf(last.response.headers, "content-type");
  return /html/.test(mime) && headerOf(request.headers, "x-requested-with") === "" &&
    /html|^$/.test(headerOf(request.headers, "accept"));
}

/** Measures the pauses between requests. */
export class Pauses {
  readonly #thinkTimes: NonNullable<ImportOptions["thinkTimes"]>;
  #endMs = NaN;
  #shortened = 0;

  constructor(thinkTimes: ImportOptions["thinkTimes"] = "real") {
    this.#thinkTimes = thinkTimes;
  }

  /** Returns the pause before a request, if the user took one. */
  before({ entry, last, messages }: Draft): Action[] {
    const seconds = this.between(this.#endMs, entry.startMs);
    const endMs = Math.max(last.endMs, ...messages.slice(-1).map(({ atMs }) => atMs).filter(Number.isFinite));
    if (!(this.#endMs > endMs)) this.#endMs = endMs;
    return seconds === null ? [] : [{ kind: "sleep", seconds }];
  }

  /** Returns how long the user waited between two instants, in seconds; `null` for no pause. */
  between(fromMs: number, toMs: number): number | readonly [number, number] | null {
    const seconds = (toMs - fromMs) / 1000;
    if (!Number.isFinite(seconds) || seconds < MIN_THINK_SECONDS || this.#thinkTimes === "none") return null;
    if (this.#thinkTimes !== "real") return this.#thinkTimes;
    if (seconds > MAX_THINK_SECONDS) this.#shortened++;
    return Number(Math.min(seconds, MAX_THINK_SECONDS).toFixed(1));
  }

  /** Returns a line on pauses that were longer than what is written; none if there are none. */
  notes(): string[] {
    if (this.#shortened === 0) return [];
    return [`Pauses of more than a minute are one minute long (${this.#shortened}).`];
  }
}
