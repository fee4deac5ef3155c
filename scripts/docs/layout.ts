// What every page of the site has around its content.

import { posix } from "node:path";
import { listPages, type Page } from "./pages.ts";
import { escapeHtml, type Rendered } from "./render.ts";

const PAGES = listPages();
const SUN_AND_MOON = `<svg viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path fill="currentColor" ` +
  `d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Zm0 2v14a7 7 0 0 1 0-14Z"/></svg>`;

/** The list of all exports, where the API reference begins. */
export const API_INDEX = "api/index.html";

/** Where the page of a file in docs/ is in the site. */
export function pagePath(file: string): string {
  return file.replace(/\.md$/, ".html");
}

/** Returns the head of a page: styles, the theme before anything is drawn, the search. */
export function head(path: string, title: string, description = ""): string {
  const root = rootFrom(path);
  const about = description === "" ? "" : `<meta name="description" content="${escapeHtml(description)}">\n`;
  return `<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
${about}<link rel="icon" href="data:,">
<script src="${root}theme.js"></script>
<link rel="stylesheet" href="${root}site.css">
<script src="${root}search_index.js" defer></script>
<script src="${root}site.js" defer data-root="${root}"></script>`;
}

/** Returns the bar at the top of a page. */
export function topBar(path: string): string {
  const root = rootFrom(path);
  const isApi = path.startsWith("api/");
  const link = (target: string, text: string, isHere: boolean) =>
    `<a href="${root}${target}"${isHere ? ' aria-current="true"' : ""}>${text}</a>`;
  return `<header class="bar">
<a class="brand" href="${root}index.html">locust <span>for Deno</span></a>
<nav aria-label="Site">${link("getting-started.html", "Docs", !isApi)}${link(API_INDEX, "API", isApi)}</nav>
<div class="search"><input type="search" placeholder="Search ( / )" aria-label="Search" autocomplete="off" role="combobox"
aria-expanded="false" aria-controls="found"><div id="found" role="listbox" hidden></div></div>
<button class="theme" type="button" aria-label="Switch between light and dark">${SUN_AND_MOON}</button>
</header>`;
}

/**
 * Returns a whole page.
 *
 * @param path Where it is in the site
 * @param page The page of the documentation that it is; `null` for any other, such as a source file
 */
export function layout(path: string, title: string, content: Rendered, page: Page | null): string {
  const sections = content.headings.filter(({ depth }) => depth === 2 || depth === 3);
  const toc = sections.length < 2 || path.startsWith("files/") ? "" : `<nav class="toc" aria-label="On this page">
<p>On this page</p>
<ul>${
    sections.map(({ depth, id, text }) => `<li class="d${depth}"><a href="#${id}">${escapeHtml(text)}</a></li>`).join(
      "\n",
    )
  }</ul>
</nav>`;
  return `<!doctype html>
<html lang="en">
<head>
${head(path, title === SITE ? title : `${title} – ${SITE}`, page?.description)}
</head>
<body>
${topBar(path)}
<div class="columns">
${sideBar(path)}
<main>
${content.html}
${page === null ? "" : neighbours(page)}
</main>
${toc}
</div>
</body>
</html>
`;
}

/** Name of the site. */
export const SITE = "locust for Deno";

/** Returns the way from a page to the root of the site: empty, or dots and slashes. */
export function rootFrom(path: string): string {
  return "../".repeat(posix.normalize(path).split("/").length - 1);
}

function sideBar(path: string): string {
  const root = rootFrom(path);
  const item = ({ file, title }: Page) => {
    const target = pagePath(file);
    return `<li><a href="${root}${target}"${target === path ? ' aria-current="page"' : ""}>${
      escapeHtml(title)
    }</a></li>`;
  };
  const groups = [...Map.groupBy(PAGES, ({ group }) => group)].map(([group, pages]) =>
    `<p>${escapeHtml(group)}</p>\n<ul>${pages.map(item).join("\n")}</ul>`
  );
  return `<details class="side" open><summary>Pages</summary><nav aria-label="Pages">
${groups.join("\n")}
</nav></details>`;
}

function neighbours(page: Page): string {
  const at = PAGES.findIndex(({ file }) => file === page.file);
  const link = (other: Page | undefined, label: string, rel: string) =>
    other === undefined
      ? "<span></span>"
      : `<a rel="${rel}" href="${pagePath(other.file)}"><small>${label}</small>${escapeHtml(other.title)}</a>`;
  return `<nav class="neighbours" aria-label="Neighbouring pages">${link(PAGES[at - 1], "Previous", "prev")}${
    link(PAGES[at + 1], "Next", "next")
  }</nav>`;
}
