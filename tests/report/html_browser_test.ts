import { assert, assertEquals, assertMatch } from "@std/assert";
import { pathToFileURL } from "node:url";
import { History } from "../../lib/report/html/history.ts";
import { reportPage } from "../../lib/report/html/page.ts";
import { browserTest, launch } from "../helpers/processes/chromium.ts";
import { resultOf, summaryOf, viewAt } from "../helpers/runs/run_result.ts";

/** A report with 200 rows and 300 distinct errors, more than the maximum of 200. */
function largeReport(): string {
  const history = new History();
  for (let second = 1; second <= 60; second++) history.add(viewAt(second * 1000));
  const summary = summaryOf((recorder) => {
    for (let row = 0; row < 200; row++) {
      for (let ms = 1; ms <= 10; ms++) recorder.series("GET", `/item/<${row}>`).record(ms * row, ms === 1, 100);
    }
    for (let error = 0; error < 300; error++) {
      recorder.series("GET", "/item/<0>").error(`error ${error} with <b>markup</b>`).add(0);
    }
  }, 60_000);
  return reportPage(resultOf(summary), history);
}

function topsOf(tiles: { getBoundingClientRect(): { top: number } }[]): number[] {
  return tiles.map((tile) => tile.getBoundingClientRect().top);
}

browserTest(
  "a report of 200 rows and 300 errors opens without a console message, draws and sorts (PARITY 64)",
  async () => {
    const folder = await Deno.makeTempDir();
    const browser = await launch();
    try {
      await Deno.writeTextFile(`${folder}/report.html`, largeReport());
      const page = await browser.newPage();
      const messages: string[] = [];
      const requests: string[] = [];
      page.on("console", (message) => messages.push(message.text()));
      page.on("pageerror", (error) => messages.push(String(error)));
      page.on("request", (request) => requests.push(request.url()));
      await page.goto(pathToFileURL(`${folder}/report.html`).href);
      assertEquals(messages, []);
      assertEquals(requests.length, 1, "nothing is loaded from elsewhere");
      assertMatch(await page.title(), /target user count: 2/);
      assertEquals(await page.locator("canvas").count(), 4);
      const [requestTable, errorTable] = [page.locator(".scroll table").nth(0), page.locator(".scroll table").nth(1)];
      assertEquals(await requestTable.locator("tbody tr").count(), 200);
      assertEquals(await errorTable.locator("tbody tr").count(), 201, "200 texts and OTHER");
      assertEquals(await page.locator("td b").count(), 0, "names and texts are no markup");
      await requestTable.locator("thead th", { hasText: "Max" }).click();
      assertEquals(await requestTable.locator("tbody tr td:nth-child(2)").first().textContent(), "/item/<199>");
      await page.setViewportSize({ width: 390, height: 844 });
      const tooWideBy = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
      assertEquals(await page.evaluate(tooWideBy), 0, "a phone shows the whole width, but for tables");
      const name = await requestTable.locator("tbody td.t").first().boundingBox();
      assert(name!.width >= 100, `a phone leaves a name ${name!.width} px`);
      assertEquals(new Set(await page.locator(".tile").evaluateAll(topsOf)).size, 4, "two figures to a line");
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** The labels of the time axis, by the length of the run in seconds. */
const INSTANTS: Readonly<Record<number, string>> = {
  3: "0:01 0:02 0:03",
  480: "1:00 2:00 3:00 4:00 5:00 6:00 7:00 8:00",
  7200: "20:00 40:00 1:00:00 1:20:00 1:40:00 2:00:00",
};

browserTest("the charts' time axis has round times, each once, for runs of any length", async () => {
  const folder = await Deno.makeTempDir();
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.addInitScript(`globalThis.drawn = [];
      const { fillText } = CanvasRenderingContext2D.prototype;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
        drawn.push(String(text));
        return fillText.call(this, text, ...rest);
      };`);
    for (const [seconds, instants] of Object.entries(INSTANTS)) {
      const history = new History();
      const step = Math.ceil(Number(seconds) / 720);
      for (let second = step; second <= Number(seconds); second += step) history.add(viewAt(second * 1000));
      await Deno.writeTextFile(
        `${folder}/report.html`,
        reportPage(resultOf(summaryOf(() => {}, 1000)), history),
      );
      await page.goto(pathToFileURL(`${folder}/report.html`).href);
      const labels = await page.evaluate<string[]>("drawn.filter((text) => /^(\\d+:)?\\d+:\\d\\d$/.test(text))");
      assertEquals(labels.join(" "), Array(4).fill(instants).join(" "), "on each of the four charts");
    }
  } finally {
    await browser.close();
    await Deno.remove(folder, { recursive: true });
  }
});

/** Script that returns the layout of a page: whether charts are inside their boxes, lines of figures, totals, colour. */
const LAYOUT = `({
  charts: [...document.querySelectorAll(".chart")].map((chart) => {
    const box = chart.getBoundingClientRect();
    const inside = [...chart.querySelectorAll("canvas, .uplot, .u-wrap")].map((one) => one.getBoundingClientRect());
    return inside.every((one) => one.width > 100 && one.left >= box.left && one.right <= box.right &&
      one.top >= box.top && one.bottom <= box.bottom);
  }),
  linesOfFigures: new Set([...document.querySelectorAll(".tile")].map((tile) => tile.getBoundingClientRect().top)).size,
  totals: [...document.querySelectorAll("tfoot")].map((total) => getComputedStyle(total).display),
  tooWideBy: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  color: getComputedStyle(document.body).color,
})`;

browserTest(
  "a printed report has charts inside their boxes, four figures per line, each total once, dark on light",
  async () => {
    const folder = await Deno.makeTempDir();
    const browser = await launch();
    try {
      await Deno.writeTextFile(`${folder}/report.html`, largeReport());
      const page = await browser.newPage({ colorScheme: "dark" });
      // Paper is another width without any such event.
      await page.addInitScript(`addEventListener("resize", (event) => event.stopImmediatePropagation(), true)`);
      for (const screenWidth of [1600, 1200, 390]) {
        await page.emulateMedia({ media: "screen" });
        await page.setViewportSize({ width: screenWidth, height: 900 });
        await page.goto(pathToFileURL(`${folder}/report.html`).href);
        await page.emulateMedia({ media: "print" });
        await page.setViewportSize({ width: 718, height: 1047 }); // A4 less its margins
        const expected = { charts: Array(4).fill(true), linesOfFigures: 2, totals: ["table-row-group"], tooWideBy: 0 };
        assertEquals(
          await page.evaluate(LAYOUT),
          { ...expected, color: "rgb(29, 39, 51)" },
          `from a window of ${screenWidth} px`,
        );
      }
    } finally {
      await browser.close();
      await Deno.remove(folder, { recursive: true });
    }
  },
);
