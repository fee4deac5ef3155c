// The index of the site's search.

import type { Rendered } from "./render.ts";

/** What can be found: page or kind, heading or name, where it is from the root of the site, text, what it is. */
export type SearchEntry = readonly [page: string, heading: string, href: string, text: string, kind: "page" | "api"];

/** Returns the entries of a page, one for each section. */
export function pageEntries(title: string, path: string, { sections }: Rendered): SearchEntry[] {
  return sections.map(({ heading, text }) => [
    title,
    heading.text,
    heading.depth === 1 ? path : `${path}#${heading.id}`,
    text,
    "page",
  ]);
}

/** Returns the index as a script, so that it can be read from disk. */
export function indexScript(entries: readonly SearchEntry[]): string {
  return `globalThis.SEARCH_INDEX = ${JSON.stringify(entries)};\n`;
}
