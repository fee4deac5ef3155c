// Builds the documentation as one static site: pages, API reference, search. Works offline, from disk, too.
//
//   deno task docs     writes dist/docs; open dist/docs/index.html

import { posix } from "node:path";
import { buildApi } from "./api.ts";
import { layout, pagePath, SITE } from "./layout.ts";
import { listPages, type Page, read, ROOT } from "./pages.ts";
import { escapeHtml, highlight, render, type Rendered } from "./render.ts";
import { indexScript, pageEntries, type SearchEntry } from "./search.ts";

const PAGES = listPages();

/** Builds the site into a folder, which is emptied first. */
export async function buildSite(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
  await Deno.mkdir(folder, { recursive: true });
  const entries: SearchEntry[] = [];
  const files = new SourceFiles();

  const write = (path: string, title: string, content: Rendered, page: Page | null) => {
    Deno.mkdirSync(`${folder}/${posix.dirname(path)}`, { recursive: true });
    Deno.writeTextFileSync(`${folder}/${path}`, layout(path, title, content, page));
  };
  write("index.html", SITE, renderFile("README.md", "index.html", files), null);
  write("pages.html", "Documentation", renderFile("docs/README.md", "pages.html", files), null);
  for (const page of PAGES) {
    const path = pagePath(page.file);
    const content = renderFile(`docs/${page.file}`, path, files);
    write(path, page.title, content, page);
    entries.push(...pageEntries(page.title, path, content));
    Deno.copyFileSync(`${ROOT}docs/${page.file}`, `${folder}/${page.file}`);
  }
  entries.push(...await buildApi(folder, (file) => files.link(file)));
  for (const file of files.all()) {
    const path = files.link(file);
    if (path.startsWith("files/")) write(path, file, renderSource(file, path, files), null);
    else Deno.copyFileSync(ROOT + file, `${folder}/${path}`);
  }
  for (const name of ["site.css", "site.js", "theme.js"]) {
    Deno.copyFileSync(`${ROOT}scripts/docs/site/${name}`, `${folder}/${name}`);
  }
  Deno.writeTextFileSync(`${folder}/search_index.js`, indexScript(entries));
  Deno.writeTextFileSync(`${folder}/llms.txt`, listForTools());
}

/** Files of the checkout that pages link to: each becomes a page of its own, a picture stays what it is. */
class SourceFiles {
  readonly #paths = new Map<string, string>();

  /** Returns where a file is in the site, and has it built. */
  link(file: string): string {
    const path = /\.(?:png|svg)$/.test(file) ? posix.basename(file) : `files/${file.replace(/\/$/, "")}.html`;
    this.#paths.set(file, path);
    return path;
  }

  /** Returns every file linked to, those that turn up meanwhile included. */
  all(): Iterable<string> {
    return this.#paths.keys();
  }
}

function renderFile(file: string, path: string, files: SourceFiles): Rendered {
  return render(read(file), (target) => siteLink(file, path, target, files));
}

/** Returns where a link of a file leads in the site, as seen from where that file is. */
function siteLink(from: string, path: string, target: string, files: SourceFiles): string {
  if (/^(?:https?:|#)/.test(target)) return target;
  const [relative = "", anchor] = target.split("#");
  const file = posix.normalize(posix.join(posix.dirname(from), relative));
  const isPage = PAGES.some((page) => `docs/${page.file}` === file);
  const place = file === "README.md"
    ? "index.html"
    : file === "docs/README.md"
    ? "pages.html"
    : isPage
    ? pagePath(posix.basename(file))
    : files.link(file);
  return posix.relative(posix.dirname(path), place) + (anchor === undefined ? "" : `#${anchor}`);
}

/** Renders a file or a folder of the checkout. */
function renderSource(file: string, path: string, files: SourceFiles): Rendered {
  if (file.endsWith(".md")) return renderFile(file, path, files);
  const title = `<h1>${escapeHtml(file)}</h1>`;
  if (Deno.statSync(ROOT + file).isDirectory) {
    const names = [...Deno.readDirSync(ROOT + file)].map(({ name, isDirectory }) => isDirectory ? `${name}/` : name);
    const items = names.toSorted().map((name) => {
      const href = siteLink(`${file}/x`, path, name, files);
      return `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a></li>`;
    });
    return { html: `${title}<ul>${items.join("")}</ul>`, headings: [], sections: [] };
  }
  const code = highlight(read(file), posix.extname(file).slice(1));
  return { html: `${title}<pre class="code"><code>${code}</code></pre>`, headings: [], sections: [] };
}

/** Returns the list of pages for tools that read documentation: https://llmstxt.org. */
function listForTools(): string {
  const groups = [...Map.groupBy(PAGES, ({ group }) => group)].map(([group, pages]) =>
    `## ${group}\n\n${
      pages.map(({ title, file, description }) => `- [${title}](${file}): ${description}`).join("\n")
    }\n`
  );
  const about =
    "Load tests whose scenarios are plain TypeScript, run by Deno: many users, exact counts, one live table.";
  return `# ${SITE}\n\n> ${about}\n\n${groups.join("\n")}`;
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}

if (import.meta.main) {
  await buildSite(`${ROOT}dist/docs`);
  // deno-lint-ignore no-console -- a command says what it did
  console.log("Wrote dist/docs; open dist/docs/index.html");
}
