// Markdown and source files as HTML, with links that work inside the site.

// @ts-types="./highlight.d.ts"
import highlighter from "npm:highlight.js@11.12.0/lib/core";
// @ts-types="./highlight_language.d.ts"
import json from "npm:highlight.js@11.12.0/lib/languages/json";
// @ts-types="./highlight_language.d.ts"
import python from "npm:highlight.js@11.12.0/lib/languages/python";
// @ts-types="./highlight_language.d.ts"
import typescript from "npm:highlight.js@11.12.0/lib/languages/typescript";
// @ts-types="./highlight_language.d.ts"
import yaml from "npm:highlight.js@11.12.0/lib/languages/yaml";
import { Marked } from "npm:marked@18.2.1";
import { type Heading, headingIds } from "./pages.ts";

for (const [name, language] of Object.entries({ json, python, typescript, yaml })) {
  highlighter.registerLanguage(name, language);
}

const LANGUAGES: Readonly<Record<string, string>> = {
  js: "typescript",
  json: "json",
  python: "python",
  ts: "typescript",
  yaml: "yaml",
  yml: "yaml",
};

/** Longest code within a line that is kept on one line, in characters. */
const LONGEST_UNBROKEN = 24;

/** A page as HTML. */
export interface Rendered {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** Its sections for the search, each with the plain text below its heading. */
  readonly sections: readonly { readonly heading: Heading; readonly text: string }[];
}

/** Returns a string as HTML shows it. */
export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** Returns source code with its words marked, as far as the language is known. */
export function highlight(code: string, language: string): string {
  const known = LANGUAGES[language];
  return known === undefined ? escapeHtml(code) : highlighter.highlight(code, { language: known }).value;
}

/**
 * Renders a page.
 *
 * @param linkTo Returns where a link of the page leads inside the site
 */
export function render(markdown: string, linkTo: (target: string) => string): Rendered {
  const idOf = headingIds();
  const headings: Heading[] = [];
  const marked = new Marked({
    renderer: {
      heading({ depth, tokens, text: source }) {
        const { text, id } = idOf(source);
        headings.push({ depth, text, id });
        const inner = this.parser.parseInline(tokens);
        const anchor = depth === 1 ? "" : `<a class="anchor" href="#${id}" aria-label="Link to this section">#</a>`;
        return `<h${depth} id="${id}">${inner}${anchor}</h${depth}>\n`;
      },
      code({ text, lang }) {
        const language = lang?.split(" ")[0] ?? "";
        return `<pre class="code"><code>${highlight(text, language)}</code></pre>\n`;
      },
      codespan({ text }) {
        // A flag is not broken at its dashes.
        return `<code${text.length <= LONGEST_UNBROKEN ? ' class="whole"' : ""}>${escapeHtml(text)}</code>`;
      },
      table(token) {
        const row = (cells: typeof token.header, tag: string) =>
          `<tr>${cells.map((cell) => `<${tag}>${this.parser.parseInline(cell.tokens)}</${tag}>`).join("")}</tr>\n`;
        const body = token.rows.map((cells) => row(cells, "td")).join("");
        return `<div class="table"><table><thead>${
          row(token.header, "th")
        }</thead><tbody>${body}</tbody></table></div>\n`;
      },
      html({ text }) {
        return text.trim().startsWith("<!--") ? "" : text;
      },
      link({ href, tokens }) {
        return `<a href="${escapeHtml(linkTo(href))}">${this.parser.parseInline(tokens)}</a>`;
      },
      image({ href, text }) {
        return `<img src="${escapeHtml(linkTo(href))}" alt="${escapeHtml(text)}" loading="lazy">`;
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  const parts = html.split(/(?=<h[1-6] id=")/).filter((part) => /^<h[1-6] id="/.test(part));
  const sections = headings.map((heading, at) => ({ heading, text: plainText(parts[at] ?? "") }));
  return { html, headings, sections };
}

function plainText(html: string): string {
  return html.replace(/^<h\d.*?<\/h\d>/s, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&").replaceAll(/\s+/g, " ").trim();
}
