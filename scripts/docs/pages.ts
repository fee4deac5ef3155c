// The pages of the documentation as data: order and titles from docs/README.md, headings, links and code blocks of each.

import { marked, type Token, type Tokens } from "npm:marked@18.2.1";
import { fileURLToPath } from "node:url";

/** The checkout, with a slash at its end. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** A page as docs/README.md lists it. */
export interface Page {
  /** Name of the file in docs/. */
  readonly file: string;
  readonly title: string;
  /** One sentence. */
  readonly description: string;
  /** Heading it is listed under. */
  readonly group: string;
}

/** A code block of a page. */
export interface CodeBlock {
  readonly language: string;
  /** Further words of its first line, such as `no-run`. */
  readonly flags: readonly string[];
  readonly text: string;
}

/** A heading of a page. */
export interface Heading {
  readonly depth: number;
  readonly text: string;
  /** What a link to it has after `#`. */
  readonly id: string;
}

/** Returns a file of the checkout. */
export function read(path: string): string {
  return Deno.readTextFileSync(ROOT + path);
}

/** Returns the pages in the order of docs/README.md. */
export function listPages(): Page[] {
  let group = "";
  return read("docs/README.md").split("\n").flatMap((line) => {
    group = /^## (.+)$/.exec(line)?.[1] ?? group;
    const item = /^- \[(.+?)\]\((.+?\.md)\): (.+)$/.exec(line);
    return item === null ? [] : [{ title: item[1]!, file: item[2]!, description: item[3]!, group }];
  });
}

/** Returns the Markdown files that readers see, relative to the checkout. */
export function readerFiles(): string[] {
  const docs = [...Deno.readDirSync(`${ROOT}docs`)].map(({ name }) => name).filter((name) => name.endsWith(".md"));
  return ["README.md", "CHANGELOG.md", "links/README.md", ...docs.toSorted().map((name) => `docs/${name}`)];
}

/** Returns the code blocks of a page. */
export function codeBlocks(markdown: string): CodeBlock[] {
  return tokens(markdown).flatMap((token) => {
    if (token.type !== "code") return [];
    const [language = "", ...flags] = (token as Tokens.Code).lang?.split(" ") ?? [];
    return [{ language, flags, text: (token as Tokens.Code).text }];
  });
}

/** Returns the headings of a page. */
export function headings(markdown: string): Heading[] {
  const idOf = headingIds();
  return tokens(markdown).flatMap((token) => {
    if (token.type !== "heading") return [];
    const { depth, text } = token as Tokens.Heading;
    return [{ depth, ...idOf(text) }];
  });
}

/** Returns a function that gives each heading of a page, in order, its plain text and its id as on GitHub. */
export function headingIds(): (markdown: string) => { readonly text: string; readonly id: string } {
  const seen = new Map<string, number>();
  return (markdown) => {
    const text = markdown.replaceAll(/\[(.*?)\]\(.*?\)/g, "$1").replaceAll(/[`*]|(?<=\s)_|_(?=\s|$)/g, "");
    const slug = text.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "").trim().replaceAll(/\s/g, "-");
    const count = seen.get(slug) ?? 0;
    seen.set(slug, count + 1);
    return { text, id: count === 0 ? slug : `${slug}-${count}` };
  };
}

/** Returns what the links and pictures of a page lead to. */
export function linkTargets(markdown: string): string[] {
  return tokens(markdown).filter(({ type }) => type === "link" || type === "image")
    .map((token) => (token as Tokens.Link).href);
}

function tokens(markdown: string): Token[] {
  const all: Token[] = [];
  marked.walkTokens(marked.lexer(markdown), (token) => void all.push(token));
  return all;
}
