// The API reference: what `deno doc --html` makes, inside the site's frame and without links to the builder's disk.

import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { API_INDEX, head, layout, SITE, topBar } from "./layout.ts";
import { read, ROOT } from "./pages.ts";
import { render } from "./render.ts";
import type { SearchEntry } from "./search.ts";

/** Files of Deno's own search and theme, whose place the site's take. */
const REPLACED = ["darkmode_toggle.js", "fuse.js", "search.js", "search_index.js"];

/** Headings of the list of exports, by what Deno calls a kind. */
const HEADINGS: Readonly<Record<string, string>> = {
  "Class": "Classes",
  "Abstract Class": "Classes",
  "Function": "Functions",
  "Variable": "Values",
  "Interface": "Interfaces",
  "Type Alias": "Types",
};
/** Heading of what is exported from another package. */
const ASSERTIONS = "Assertions of @std/assert";

/** Returns where a source file is in the site. */
export type SourceLink = (file: string) => string;

/**
 * Builds the reference.
 *
 * @param folder Where the site is; the reference goes to `api/`
 * @param linkToSource Returns where a file of the checkout is in the site, from its root
 * @returns Its entries for the search
 */
export async function buildApi(folder: string, linkToSource: SourceLink): Promise<SearchEntry[]> {
  const args = ["doc", "--html", "--quiet", "--name=locust", `--output=${folder}/api`, `${ROOT}main.ts`];
  const { success, stderr } = await new Deno.Command(Deno.execPath(), { args, stdout: "null" }).output();
  if (!success) throw new Error(`deno doc failed: ${new TextDecoder().decode(stderr)}`);
  const entries = searchEntries(Deno.readTextFileSync(`${folder}/api/search_index.js`));
  for (const file of [...REPLACED, "index.html", "all_symbols.html"]) Deno.removeSync(`${folder}/api/${file}`);
  for (const path of htmlFiles(folder, "api")) {
    Deno.writeTextFileSync(`${folder}/${path}`, framed(path, Deno.readTextFileSync(`${folder}/${path}`), linkToSource));
  }
  const exports = entries.filter(([, name]) => !name.includes("."));
  const isGenuine = (href: string) => Deno.readTextFileSync(`${folder}/${href}`).includes('href="https://jsr.io/');
  const index = render(indexOf(exports, isGenuine), (target) => posix.relative("api", target));
  Deno.writeTextFileSync(`${folder}/${API_INDEX}`, layout(API_INDEX, "API", index, null));
  return entries;
}

/** Returns the list of all exports as Markdown. */
function indexOf(exports: readonly SearchEntry[], isGenuine: (href: string) => boolean): string {
  const groups = Map.groupBy(exports, ([kind, , href]) => isGenuine(href) ? ASSERTIONS : HEADINGS[kind] ?? kind);
  const order = [...Object.values(HEADINGS), ASSERTIONS];
  const sections = [...groups].toSorted(([a], [b]) => order.indexOf(a) - order.indexOf(b)).map(([group, members]) => {
    const rows = members.toSorted(([, a], [, b]) => a < b ? -1 : 1)
      .map(([, name, href, doc]) => `| [\`${name}\`](${href}) | ${firstSentence(doc)} |`);
    return `## ${group}\n\n| name | meaning |\n| --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# API\n\nEverything that \`@x/locust\` exports.\n\n${sections.join("\n")}`;
}

function firstSentence(doc: string): string {
  return (/^.*?[.](?=\s|$|[A-Z])/s.exec(doc)?.[0] ?? doc).replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
}

function* htmlFiles(folder: string, path: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${path}`)) {
    if (isDirectory) yield* htmlFiles(folder, `${path}/${name}`);
    else if (name.endsWith(".html")) yield `${path}/${name}`;
  }
}

/** Returns a page of the reference with the site's head and bar in place of Deno's. */
function framed(path: string, html: string, linkToSource: SourceLink): string {
  const title = /<title>(.*?)<\/title>/s.exec(html)?.[1]?.replace(/ - default - .*| - locust documentation$/, "");
  const name = title === undefined || title === "locust documentation" ? "API" : title;
  const scripts = new RegExp(`<script src="[^"]*(?:${REPLACED.join("|")})"[^>]*></script>`, "g");
  return html
    .replace(/<html>/, '<html lang="en">')
    .replace(/<title>.*?<\/title>\s*<meta charset[^>]*>\s*<meta name="viewport"[^>]*>/s, "")
    .replaceAll(scripts, "")
    .replaceAll("from &quot;.&quot;", "from &quot;@x/locust&quot;")
    .replace("</head>", `${head(path, `${name} – ${SITE}`)}\n</head>`)
    .replace("<body>", `<body>\n${topBar(path)}`)
    .replace(/<nav id="topnav">.*?<\/nav>\s*<div id="searchResults"><\/div>/s, breadcrumbs(path, name))
    .replaceAll(/href="(.*?)"/g, (_, href) => `href="${link(path, href.replaceAll("&#x2F;", "/"), linkToSource)}"`);
}

function breadcrumbs(path: string, name: string): string {
  const root = posix.relative(posix.dirname(path), API_INDEX);
  return `<nav class="crumbs" aria-label="Where this is"><a href="${root}">API</a> <span>/</span> ${name}</nav>`;
}

/** Returns what a link of the reference should be. */
function link(path: string, href: string, linkToSource: SourceLink): string {
  const root = pathToFileURL(ROOT).href;
  if (href.startsWith(root)) {
    const file = href.slice(root.length).replace(/[:#].*/, "");
    return genuine(file) ?? posix.relative(posix.dirname(path), linkToSource(file));
  }
  const builtIn = /^https:\/\/deno\.land\/api@[^?]*\?s=(\w+)/.exec(href);
  if (builtIn !== null) return `https://docs.deno.com/api/web/~/${builtIn[1]}`;
  // Deno means a folder's index, which a server adds and a disk does not.
  if (href === "" || /^[./]*\/$/.test(href)) return `${href}index.html`;
  return href;
}

/** Returns the page of the package that a stand-in stands for, or `null` for any other file. */
function genuine(file: string): string | null {
  const folder = /^links\/[^/]+/.exec(file)?.[0];
  return folder === undefined ? null : `https://jsr.io/${JSON.parse(read(`${folder}/deno.json`)).name}`;
}

function searchEntries(script: string): SearchEntry[] {
  const json = script.slice(
    script.indexOf("{", script.indexOf("DENO_DOC_SEARCH_INDEX")),
    script.lastIndexOf("}", script.lastIndexOf("}") - 1) + 1,
  );
  const nodes: { name: string; doc: string; url: string; kind: { title: string }[] }[] = JSON.parse(json).nodes;
  return nodes.map(({ name, doc, url, kind }) => [
    kind[0]?.title ?? "API",
    name.replace(".prototype.", "."),
    `api/${posix.normalize(url)}`,
    doc,
    "api",
  ]);
}
