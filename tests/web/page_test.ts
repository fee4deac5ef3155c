// The page in a real browser, served by the command.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "npm:playwright-core@1.65.1";
import { browserTest, launch } from "../helpers/processes/chromium.ts";
import { startServer } from "../helpers/servers/test_server.ts";
import { servedPage } from "./served_page.ts";

const SCRIPT = `
  import { HttpUser } from "@x/locust";
  export class Shopper extends HttpUser {
    static waitTime = () => 0.01;
    async run() {
      await this.client.get("/item/" + this.id, { name: "/item/:id" });
      await this.client.get("/status/404", { name: "missing" });
    }
  }
  export class Reader extends HttpUser {
    static waitTime = () => 0.02;
    async run() { await this.client.get("/news"); }
  }
`;

/** Opens the page and collects what it complains of. */
async function opened(url: string, body: (page: Page, complaints: string[]) => Promise<void>): Promise<void> {
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(url);
    await body(page, complaints);
  } finally {
    await browser.close();
  }
}

/** Waits until a condition holds; the page's policy allows no script of ours that waits in it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!await holds()) await new Promise((resolve) => setTimeout(resolve, 50));
}

function untilText(page: Page, selector: string, holds: (text: string) => boolean): Promise<void> {
  return until(async () => holds(await page.textContent(selector) ?? ""));
}

browserTest("the page starts, steers and ends runs, and shows what the server and the JSON count", async () => {
  await using server = startServer();
  await using served = await servedPage(SCRIPT, ["--host", server.url, "--users", "2", "--duration", "60s"]);
  await opened(served.url, async (page, complaints) => {
    await page.waitForSelector("#field-users");
    assertEquals(await page.inputValue("#field-duration"), "60s");
    assert(!page.url().includes("token"), "the token stays in the address");
    await until(async () => await page.locator(".boxes input").count() === 2); // the classes come when they are known
    await page.check(".boxes input >> nth=1");
    assertEquals(await page.inputValue("#field-only"), "Shopper");
    await page.uncheck(".boxes input >> nth=1");
    await page.fill("#field-users", "no");
    await page.click("#start");
    assertMatch(await page.textContent("#problem-users") ?? "", /^Cannot use --users "no": .*whole number/);
    await page.fill("#field-users", "3");
    await page.click("#start");
    await until(async () => await page.locator("#rows tbody tr").count() === 3);
    await page.fill("#users-input", "6");
    await page.click("#set-users button:last-of-type");
    await untilText(page, "#users-now", (text) => text === "6 of 6 users");
    await page.fill("#note-input", "deployed v2");
    await page.click("#note-form button");
    await untilText(page, "#notes", (text) => text.includes("deployed v2"));
    await page.click("#pause");
    await untilText(page, "#phase", (text) => text === "Paused");
    await page.click("#pause");
    await page.fill("#filter", "item");
    assertEquals(await page.locator("#rows tbody tr").count(), 1);
    await page.click("#rows tbody button.link");
    await untilText(page, "#chart-subject", (text) => text === "GET /item/:id");
    await page.fill("#filter", "");
    await page.click("#stop");
    await untilText(page, "#phase", (text) => text.startsWith("Finished"));
    const shown = Number(await page.textContent("#tile-count"));
    const json = await (await page.request.get(`${served.origin}/api/report.json?run=1`)).json();
    assertEquals([shown, json.total.count], [server.hits, server.hits]);
    assertEquals(json.run.reason, "stopped on the page");
    const report = await (await page.request.get(`${served.origin}/api/report.html?run=1`)).text();
    assertStringIncludes(report, "deployed v2");
    await page.click("#form-part summary");
    assertEquals(await page.inputValue("#field-users"), "3", "values are kept between runs");
    await page.fill("#field-duration", "1s");
    await page.click("#start");
    await until(async () => await page.locator("#runs tbody tr").count() === 2);
    await untilText(page, "#phase", (text) => text.startsWith("Finished"));
    assertEquals(complaints, []);
  });
});

for (
  const [name, scheme, width] of [["light", "light", 1280], ["dark", "dark", 1280], [
    "on a phone",
    "light",
    400,
  ]] as const
) {
  browserTest(`the page ${name} has no serious fault of accessibility, and is not wider than the screen`, async () => {
    await using server = startServer();
    const options = [
      "--host",
      server.url,
      "--users",
      "2",
      "--duration",
      "30s",
      "--threshold",
      "failures < 1%",
      "--start",
    ];
    await using served = await servedPage(SCRIPT, options);
    const browser = await launch();
    try {
      const context = await browser.newContext({
        colorScheme: scheme,
        viewport: { width, height: 800 },
        bypassCSP: true,
      });
      const page = await context.newPage();
      await page.goto(served.url);
      await until(async () => await page.locator("#rows tbody tr").count() === 3);
      await page.evaluate(`document.getElementById("form-part").open = true`);
      await page.addScriptTag({ content: await axeSource() });
      const { violations } = await page.evaluate("axe.run()") as {
        violations: { id: string; impact: string; nodes: { html: string }[] }[];
      };
      const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes[0]!.html}`);
      assertEquals(serious, []);
      assertEquals(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
    } finally {
      await browser.close();
    }
  });
}

/** Returns the source of axe-core, which checks pages for faults of accessibility. */
async function axeSource(): Promise<string> {
  const { default: axe } = await import("npm:axe-core@4.11.0");
  return (axe as { source: string }).source;
}
