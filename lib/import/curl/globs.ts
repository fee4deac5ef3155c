/**
 * URLs for which curl makes several: `{a,b}`, `[1-3]`, `[01-10:2]`, `[a-c]`. Source: curl's manual, "GLOBBING".
 *
 * @module
 */

/** Most URLs that are made of one. */
const MAX_URLS = 100;
const GLOB =
  /\{([^{}\ue000]*)\}|\[(\d+)-(\d+)(?::(\d+))?\]|\[([a-z])-([a-z])(?::(\d+))?\]|\[([A-Z])-([A-Z])(?::(\d+))?\]/;

/** The URLs of one word. */
export interface GlobbedUrls {
  readonly urls: readonly string[];
  /** How many curl requests; more than there are `urls` if those are too many. */
  readonly count: number;
}

/** Returns the URLs that curl makes of one, the last part changing first; only the first one of more than 100. */
export function globbedUrls(url: string): GlobbedUrls {
  const parts: (readonly string[])[] = [];
  let [rest, count] = [url, 1];
  for (let found = GLOB.exec(rest); found !== null; found = GLOB.exec(rest)) {
    const { size, at } = choicesOf(found);
    count *= size;
    parts.push([rest.slice(0, found.index)], Array.from({ length: Math.min(size, MAX_URLS) }, (_, index) => at(index)));
    rest = rest.slice(found.index + found[0].length);
  }
  const isSmall = count <= MAX_URLS;
  const urls = [...parts, [rest]].reduce<readonly string[]>(
    (made, choices) => made.flatMap((start) => (isSmall ? choices : choices.slice(0, 1)).map((end) => start + end)),
    [""],
  );
  return { urls, count };
}

/** Returns how many strings a pattern stands for, and each of them. */
function choicesOf(found: RegExpExecArray): { size: number; at: (index: number) => string } {
  const [, list, first, last, step] = found;
  if (list !== undefined) {
    const words = list.split(",");
    return { size: words.length, at: (index) => words[index]! };
  }
  if (first !== undefined) {
    return range(Number(first), Number(last), step, (value) => `${value}`.padStart(first.length, "0"));
  }
  const [from, to, by] = found.slice(found[5] === undefined ? 8 : 5);
  return range(from!.charCodeAt(0), to!.charCodeAt(0), by, (value) => String.fromCharCode(value));
}

function range(from: number, to: number, step: string | undefined, text: (value: number) => string) {
  const by = Math.max(1, Number(step ?? 1));
  return { size: Math.max(1, Math.floor((to - from) / by) + 1), at: (index: number) => text(from + index * by) };
}
