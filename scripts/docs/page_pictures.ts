// Takes the pictures of the live page that its page shows: docs/live-page-*.png. Needs Chromium.
//
//   deno run -A scripts/docs/page_pictures.ts

import { launch } from "../../tests/helpers/processes/chromium.ts";
import { demoServer } from "../../tests/helpers/servers/demo_server.ts";
import { ROOT } from "./pages.ts";

const WIDE = { width: 1000, height: 900 };
const PHONE = { width: 400, height: 860 };
const RUNNING_MS = 12_000;

/** Waits until the page says so. */
async function shows(page: { textContent(selector: string): Promise<string | null> }, word: string): Promise<void> {
  while (!(await page.textContent("#phase"))?.startsWith(word)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

using server = await demoServer();
const child = new Deno.Command(Deno.execPath(), {
  args: [
    "run",
    "-A",
    "main.ts",
    "examples/shop.ts",
    "--host",
    server.url,
    "-u",
    "40",
    "-r",
    "5",
    "-d",
    "20",
    "--web",
    "0",
  ],
  cwd: ROOT,
  stdout: "null",
  stderr: "piped",
}).spawn();
let url = "";
for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
  url = /Open (\S+)/.exec(text)?.[1] ?? "";
  if (url !== "") break;
}
const browser = await launch();
const context = await browser.newContext({ viewport: WIDE, colorScheme: "light" });
const page = await context.newPage();
/** The page has the absolute path of its locustfile. */
const shoot = async (name: string) => {
  await page.evaluate("document.getElementById('subject').textContent = 'examples/shop.ts'");
  await page.screenshot({ path: `${ROOT}docs/live-page-${name}.png` });
};
await page.goto(url);
await shows(page, "Ready");
await page.click("#start");
await shows(page, "Running");
await new Promise((resolve) => setTimeout(resolve, RUNNING_MS));
await page.fill("#note-input", "deployed v2");
await page.click("#note-form button");
await new Promise((resolve) => setTimeout(resolve, 2000));
await shoot("running");
await page.emulateMedia({ colorScheme: "dark" });
await shows(page, "Finished");
await page.reload();
await shows(page, "Finished");
await shoot("finished-dark");
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize(PHONE);
await page.reload();
await shows(page, "Finished");
await shoot("phone");
await browser.close();
child.kill("SIGINT");
await child.status;
Deno.exit(); // workers of the server are no reason to wait
