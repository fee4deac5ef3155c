// A script drives Chromium through `locust record`; the recorded file is run by many users.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { chromium } from "npm:playwright-core@1.65.1";
import { browserTest, CHROMIUM } from "../../helpers/processes/chromium.ts";
import { locust } from "../../helpers/processes/command.ts";
import { ACCOUNT, type Shop, startShop } from "../../helpers/servers/imports/shop_server.ts";

/** Time for the browser to start, in milliseconds: the machine may be busy. */
const LIMIT_MS = 60_000;

browserTest(
  "locust record writes what a browser did in a shop; 50 users replay it, each with its own session (PARITY 71, 82)",
  async () => {
    await using shop = startShop();
    const cwd = await Deno.makeTempDir();
    const port = freePort();
    const args = ["record", `${shop.url}/login`, "-o", "locustfile.ts", "--headless", "--browser", CHROMIUM!];
    const recording = locust([...args, "--think-times", "none", "--remote-debugging-port", `${port}`], { cwd });
    await drive(port, shop);
    const recorded = await recording;
    assertEquals([recorded.code, recorded.stdout], [0, ""], recorded.stderr);
    assertEquals([shop.sessions, shop.orders.length, shop.refusals], [1, 1, []]);
    const text = await Deno.readTextFile(`${cwd}/locustfile.ts`);
    for (const step of ["/login", "/items", "/cart", "/orders/:id"]) {
      assertStringIncludes(text, `await this.step("${step}"`);
    }
    assertEquals(text.includes(ACCOUNT.password), false);

    const run = ["-u", "50", "-i", "50", "--json", "-", "--fail-on-error"];
    const { code, stdout, stderr } = await locust(run, { cwd, env: { PASSWORD: ACCOUNT.password } });
    await Deno.remove(cwd, { recursive: true });
    assertEquals([code, shop.refusals], [0, []], `${stderr}\n${text}`);
    const { total, rows } = JSON.parse(stdout);
    assertEquals([total.failures, shop.sessions, shop.orders.length], [0, 51, 51]);
    assert(rows.some(({ name }: { name: string }) => name === "/api/offer"));
  },
);

/** Does in the recorded browser what a user of the shop does. */
async function drive(port: number, shop: Shop): Promise<void> {
  const browser = await connect(port);
  const page = browser.contexts()[0]!.pages()[0]!;
  await page.waitForURL(`${shop.url}/login`);
  await page.fill("[name=user]", ACCOUNT.user);
  await page.fill("[name=password]", ACCOUNT.password);
  await page.click("text=Log in");
  await page.waitForSelector("text=Only 9.5");
  await page.click("text=Buy");
  await page.click("text=Order");
  await page.waitForSelector("text=Bye");
  await page.close();
  await browser.close();
}

async function connect(port: number) {
  const limit = AbortSignal.timeout(LIMIT_MS);
  while (true) {
    try {
      return await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
    } catch (error) {
      if (limit.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

browserTest("locust record of a URL that refuses says so, exit 1", async () => {
  const url = `http://127.0.0.1:${freePort()}/`;
  const { code, stderr } = await locust(["record", url, "-o", "refused.ts", "--headless", "--browser", CHROMIUM!]);
  assertEquals([code, stderr], [1, `Cannot record "${url}": connection refused, expected a page that opens\n`]);
});
