// The built site: no dead link, no trace of the builder's disk, and in a browser, from disk, no error and no request.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { posix } from "node:path";
import { pathToFileURL } from "node:url";
import { buildSite } from "../../scripts/docs/build.ts";
import { listPages, read, ROOT } from "../../scripts/docs/pages.ts";
import { browserTest, launch } from "../helpers/processes/chromium.ts";
import { skippableTest } from "../helpers/skippable.ts";

const folder = await Deno.makeTempDir({ prefix: "locust-docs-" });
await buildSite(folder);
addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

function* filesOf(path = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${folder}/${path}`)) {
    if (isDirectory) yield* filesOf(`${path}${name}/`);
    else yield path + name;
  }
}

const files = new Set(filesOf());
const htmlFiles = [...files].filter((path) => path.endsWith(".html"));
const text = (path: string) => Deno.readTextFileSync(`${folder}/${path}`);
const unescaped = (html: string) => html.replaceAll("&#x2F;", "/").replaceAll("&amp;", "&").replaceAll("&quot;", '"');

Deno.test("no link of the site is dead, anchors and the API reference included", () => {
  const ids = new Map<string, Set<string>>();
  const idsOf = (path: string) => {
    if (!ids.has(path)) ids.set(path, new Set([...text(path).matchAll(/ id="(.*?)"/g)].map((match) => match[1]!)));
    return ids.get(path)!;
  };
  const dead: string[] = [];
  let links = 0;
  for (const path of htmlFiles) {
    for (const [, raw] of text(path).matchAll(/\b(?:href|src)="(.*?)"/g)) {
      const href = unescaped(raw!);
      if (/^(?:https?:|data:)/.test(href)) continue;
      links++;
      const [relative = "", anchor] = href.split("#");
      const target = relative === "" ? path : posix.normalize(posix.join(posix.dirname(path), relative));
      const isThere = files.has(target) && (anchor === undefined || !target.endsWith(".html") || anchor === "" ||
        idsOf(target).has(decodeURIComponent(anchor)));
      if (!isThere) dead.push(`${path}: ${href}`);
    }
  }
  assertEquals(dead, []);
  assert(links > 5000, `${links} links`);
});

Deno.test("nothing in the site names the builder's disk", () => {
  const root = new RegExp(`file://|${ROOT.replaceAll(/[.\\]/g, "\\$&")}`);
  // Sources may speak of file URLs.
  const named = [...files].filter((path) => !path.startsWith("files/") && /\.(?:html|js|css|txt)$/.test(path))
    .filter((path) => root.test(unescaped(text(path)).replaceAll(/<pre.*?<\/pre>|<p>.*?<\/p>/gs, "")));
  assertEquals(named, []);
});

const hasStandIns = JSON.parse(read("deno.json")).links !== undefined;
skippableTest(
  "what stand-ins re-export leads to the packages they stand for",
  hasStandIns ? null : "no stand-ins here",
  () => assertStringIncludes(text("api/~/assertEquals.html"), 'href="https://jsr.io/@std/assert"'),
);

Deno.test("llms.txt lists every page, and each is there as Markdown", () => {
  for (const { file, title, description } of listPages()) {
    assertStringIncludes(text("llms.txt"), `- [${title}](${file}): ${description}`);
    assert(files.has(file), file);
  }
});

browserTest("from disk, pages, search, theme and API reference work without an error or the network", async () => {
  const browser = await launch();
  try {
    const page = await browser.newPage({ colorScheme: "light" });
    const problems: string[] = [];
    page.on("console", (message) => void (message.type() === "error" && problems.push(message.text())));
    page.on("pageerror", (error) => void problems.push(String(error)));
    page.on("request", (request) => void (/^https?:/.test(request.url()) && problems.push(request.url())));
    const open = (path: string) => page.goto(pathToFileURL(`${folder}/${path}`).href);
    for (const path of ["index.html", "pages.html", ...listPages().map(({ file }) => file.replace(".md", ".html"))]) {
      await open(path);
      assert((await page.locator("main h1").count()) === 1, path);
      const isTooWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
      assertEquals(isTooWide, false, path);
    }
    await page.keyboard.press("/");
    await page.keyboard.type("arrival-rate");
    await page.locator("#found a").first().waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".search input").fill("raiseForStatus");
    assertStringIncludes(await page.locator("#found").innerText(), "RequestOptions.raiseForStatus");
    await page.locator(".search input").fill("coordinated omission");
    await page.locator("#found a").first().click();
    await page.waitForURL(/load-models\.html#open-model-a-rate-of-arrivals$/);

    await page.locator("button.theme").click();
    assertEquals(await page.evaluate("document.documentElement.className"), "dark");
    await open("api/~/LocustClientSession.html");
    assertEquals(await page.evaluate("document.documentElement.className"), "dark");
    assertEquals(await page.locator("header.bar a[aria-current]").innerText(), "API");
    await page.locator(".crumbs a").click();
    await page.waitForURL(/api\/index\.html$/);
    assertEquals(problems, []);
  } finally {
    await browser.close();
  }
});
