import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { Agent, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { runOnMachines, untilHits } from "../../helpers/runs/machines.ts";
import { startServer } from "../../helpers/servers/test_server.ts";
import { skippableTest } from "../../helpers/skippable.ts";

const ROWS = 300;
const SCRIPT = `
import { HttpUser, shared, sleep } from "@x/locust";
const rows = shared.rows("ids", Array.from({ length: ${ROWS} }, (_, id) => id), { repeat: false });
export class Reader extends HttpUser {
  async run() {
    const id = rows.next();
    if (id === undefined) return this.shutdown("no rows left");
    await this.client.get("/" + id, { name: "/row" });
    await sleep("20ms");
  }
}`;

skippableTest(
  "rows that a lost agent had leased are named and taken by nobody else; the others are all taken",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    await using lost = new Agent(nats.url, ["--name", "a"]);
    await using _other = new Agent(nats.url, ["--name", "b"]);
    const folder = await Deno.makeTempDir({ prefix: "locust lost " });
    const locustfile = join(folder, "locustfile.js");
    await Deno.writeTextFile(locustfile, SCRIPT);
    const options = { locustfile, host: server.url, users: 4, duration: 60 };
    const run = await runOnMachines(nats.url, options, { machines: 2, lostAfterMs: 2000 });
    await untilHits(server, 20, run);
    lost.child.kill("SIGKILL");
    const { reason } = await run.result;
    await Deno.remove(folder, { recursive: true });
    assertMatch(reason, /no rows left/);
    const paths = server.requests.map(({ path }) => path);
    assertEquals(new Set(paths).size, paths.length);
    const text = run.log.join("\n");
    const most = Number(/Up to (\d+) rows of "ids" are lost with a: it had them leased/.exec(text)?.[1]);
    assert(paths.length < ROWS && paths.length >= ROWS - most, `${paths.length} taken, ${most} lost at most\n${text}`);
  },
);
