// A real browser: each user drives its own page in one Chromium per worker and times the steps that matter.
//
//   CHROMIUM=/usr/bin/chromium locust examples/browser.ts --host http://localhost:8080 --users 3 --duration 30
//
// A browser user costs a hundred times as much as an HTTP user. Run a few of them beside many HTTP users to see what people
// see while the site is under load.

import { User } from "@x/locust";
import { type Browser, chromium, type Page } from "npm:playwright-core@1.65.1";

let browser: Promise<Browser> | undefined;
let users = 0;

export class BrowserUser extends User {
  /** Wraps the user's whole life: each user has its own page and cookies, the last one closes the browser. */
  override async around(body: () => Promise<void>) {
    users++;
    try {
      const executablePath = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";
      // Chromium's own sandbox does not start in most containers.
      browser ??= chromium.launch({ executablePath, args: ["--no-sandbox"] });
      const context = await (await browser).newContext();
      this.page = await context.newPage();
      await body();
      await context.close();
    } finally {
      if (--users === 0) {
        await (await browser)?.close();
        browser = undefined;
      }
    }
  }

  private page!: Page;

  override async run() {
    const { page } = this;
    await this.timed("open the shop", async () => {
      await page.goto(`${this.config.host}/shop`);
    });
    await this.timed("buy an item", async () => {
      await page.getByRole("button", { name: "Buy" }).click();
      await page.getByText("Thank you").waitFor({ timeout: 5000 });
    });
  }

  /** Measures one step as a row; the row fails with the error's message if the step throws. */
  private async timed(name: string, body: () => Promise<void>) {
    const start = performance.now();
    let error: unknown;
    try {
      await body();
    } catch (caught) {
      throw error = caught;
    } finally {
      this.record({ method: "PAGE", name, ttlb: (performance.now() - start) / 1000, error });
    }
  }
}
