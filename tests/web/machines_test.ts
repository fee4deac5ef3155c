import { assertEquals } from "@std/assert";
import { Agent, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { CHROMIUM, launch } from "../helpers/processes/chromium.ts";
import { servedPage } from "./served_page.ts";

skippableTest(
  "locust --web --machines shows the machines, and the page's users and stop act on all of them",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using _a = new Agent(nats.url, ["--name", "a"]);
    await using _b = new Agent(nats.url, ["--name", "b"]);
    const script = `export async function run(client) {
  await client.get("/");
  await new Promise((resolve) => setTimeout(resolve, 20));
}`;
    const options = ["--host", server.url, "-u", "2", "--start", "--machines", "2", "--nats", nats.url, "-w", "1"];
    await using served = await servedPage(script, options);
    const headers = { origin: served.origin, "content-type": "application/json" };
    const login = await fetch(`${served.origin}/api/session`, {
      ...{ method: "POST", headers, body: JSON.stringify({ token: served.token }) },
    });
    await login.body?.cancel();
    const cookie = login.headers.get("set-cookie")!.split(";")[0]!;
    const post = async (action: string, body: unknown) => {
      const all = { ...headers, cookie };
      const answer = await fetch(`${served.origin}/api/${action}`, {
        method: "POST",
        headers: all,
        body: JSON.stringify(body),
      });
      await answer.body?.cancel();
      return answer.status;
    };
    const run = async () => {
      const answer = await fetch(`${served.origin}/api/run?run=1`, { headers: { cookie } });
      return await answer.json();
    };
    /** Waits until every machine has so many users. */
    const untilUsers = async (each: number) => {
      for (;;) {
        const { view } = await run();
        const machines: { name: string; users: number }[] = view?.machines ?? [];
        if (machines.length === 2 && machines.every(({ users }) => users === each)) return machines;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    await untilHit(server);
    assertEquals((await untilUsers(1)).map(({ name }) => name).toSorted(), ["a", "b"]);
    assertEquals(await post("set-users", { users: 6 }), 200);
    await untilUsers(3);
    assertEquals(await post("pause", {}), 200);
    assertEquals(await post("resume", {}), 200);
    assertEquals(await post("stop", {}), 200);
    for (;;) {
      const { outcome, view } = await run();
      if (outcome === null) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        continue;
      }
      assertEquals([outcome.reason, outcome.exitCode, outcome.problems], ["stopped on the page", 0, []]);
      assertEquals(view.total.count, server.hits);
      break;
    }
    assertEquals(await served.end(), 0);
  },
);

skippableTest(
  "the page's Stop ends the wait for agents, and the page says so",
  CHROMIUM === null ? "no Chromium here" : NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    const options = ["--start", "--machines", "1", "--nats", nats.url];
    await using served = await servedPage("export async function run() {}", options);
    const browser = await launch();
    try {
      const page = await browser.newPage();
      await page.goto(served.url);
      await page.getByText("Waiting for 1 agent").first().waitFor();
      await page.locator("#stop:enabled").click();
      await page.getByText("Stopped while waiting for agents").first().waitFor();
      await page.locator("#start:enabled").waitFor({ state: "attached" });
    } finally {
      await browser.close();
    }
    assertEquals(await served.end(), 1);
  },
);
