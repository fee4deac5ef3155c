// Files of a run at a real agent, in an empty folder.

import { assertEquals, assertStringIncludes } from "@std/assert";
import { dirname, join } from "node:path";
import { Agent, coordinate, Nats, NATS_MISSING } from "../../helpers/processes/cluster.ts";
import { skippableTest } from "../../helpers/skippable.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Two siblings, a CSV, an npm package, and a file that only a pattern names. */
const FILES = {
  "load/locustfile.ts": `
    import { HttpUser, shared } from "@x/locust";
    import { parse } from "npm:yaml@2.8.1";
    import { pathOf } from "./paths.ts";
    import { mark } from "../lib/mark.ts";
    const rows = shared.rows<{ id: string }>("ids", "../data/ids.csv");
    const file = "../data/config.yaml";
    const { prefix } = parse(Deno.readTextFileSync(new URL(file, import.meta.url)));
    export class Reader extends HttpUser {
      override async run() {
        await this.client.get(prefix + pathOf(rows.next().id) + mark);
      }
    }`,
  "load/paths.ts": "export const pathOf = (id: string) => `/item/${id}`;",
  "lib/mark.ts": 'export const mark = "?mark";',
  "data/ids.csv": "id\n7\n8\n",
  "data/config.yaml": "prefix: /v1\n",
};

skippableTest(
  "an agent in an empty folder runs a locustfile with siblings, test data and a package",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using server = startServer();
    const [here, there] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
    for (const [path, text] of Object.entries(FILES)) {
      await Deno.mkdir(dirname(join(here, path)), { recursive: true });
      await Deno.writeTextFile(join(here, path), text);
    }
    {
      await using agent = new Agent(nats.url, [], { cwd: there, env: { TMPDIR: there } });
      const run = (args: readonly string[]) =>
        coordinate(nats.url, 1, ["load/locustfile.ts", "-H", server.url, "-i", "4", ...args], { cwd: here });
      const without = await run([]);
      assertEquals(without.code, 1, without.stderr);
      assertStringIncludes(without.stderr, "data/config.yaml");
      const { code, stderr } = await run(["--include", "../data/*.yaml"]);
      assertEquals(code, 0, stderr);
      await agent.until(/The run has ended[^]*The run has ended/);
    }
    const paths = server.requests.map(({ path }) => path).sort();
    assertEquals(paths, ["/v1/item/7?mark", "/v1/item/7?mark", "/v1/item/8?mark", "/v1/item/8?mark"]);
    assertEquals([...Deno.readDirSync(there)], []);
    for (const folder of [here, there]) await Deno.remove(folder, { recursive: true });
  },
);
