// Takes the picture of the HTML report that the pages show: docs/report.png. Needs Chromium.
//
//   deno run -A scripts/docs/report_picture.ts

import { pathToFileURL } from "node:url";
import { HtmlReporter, Runner } from "../../lib/mod.ts";
import { launch } from "../../tests/helpers/processes/chromium.ts";
import { demoServer } from "../../tests/helpers/servers/demo_server.ts";
import { ROOT } from "./pages.ts";

const STAGES = [{ duration: 8, target: 80 }, { duration: 14, target: 80 }, { duration: 4, target: 10 }];
const SIZE = { width: 900, height: 640 };

const folder = await Deno.makeTempDir();
const report = `${folder}/report.html`;
{
  using server = await demoServer();
  const options = { locustfile: `${ROOT}examples/shop.ts`, host: server.url, config: { stages: STAGES } };
  const runner = new Runner(options, { observers: [new HtmlReporter(report)] });
  await runner.run();
}
const browser = await launch();
const page = await browser.newPage({ viewport: SIZE, colorScheme: "light" });
await page.goto(pathToFileURL(report).href);
// The report has the absolute path of its locustfile.
await page.evaluate("document.querySelector('h1').textContent = 'examples/shop.ts'");
await page.screenshot({ path: `${ROOT}docs/report.png` });
await browser.close();
await Deno.remove(folder, { recursive: true });
Deno.exit(); // workers of the server are no reason to wait
