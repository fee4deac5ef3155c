import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { Agent, coordinate, Nats, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { locust } from "../helpers/processes/command.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { startCollector } from "../helpers/servers/collector.ts";
import { startServer } from "../helpers/servers/test_server.ts";

const SCRIPT = `
import { HttpUser, sleep } from "@x/locust";
import { pathOf } from "./sub/paths.ts";

export function setup() {
  return { tokens: new Map([["a", "t-1"]]) };
}

export class Shopper extends HttpUser {
  override async run() {
    const { tokens } = this.data as { tokens: Map<string, string> };
    await this.client.get(pathOf(this.id), { name: "/item", headers: { token: tokens.get("a")! } });
    await sleep(0.02);
  }
}
`;
const SIBLING = "export const pathOf = (id: number) => `/item?user=${id}`;\n";

interface SummaryJson {
  readonly total: { readonly count: number };
  readonly arrivals: { readonly started: number; readonly dropped: number } | null;
  readonly run: { readonly iterations: number; readonly mostUsers: number; readonly problems: readonly string[] };
}

async function withScript(script: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "locust cluster " });
  try {
    await Deno.mkdir(join(folder, "sub"));
    await Deno.writeTextFile(join(folder, "locustfile.ts"), script);
    await Deno.writeTextFile(join(folder, "sub/paths.ts"), SIBLING);
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

skippableTest(
  "3 agents run users, iterations and arrivals of one run after the other exactly",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using _a = new Agent(nats.url, ["--name", "a"]);
    await using _b = new Agent(nats.url, ["--name", "b"]);
    await using _c = new Agent(nats.url, ["--name", "c"]);
    await withScript(SCRIPT, async (cwd) => {
      const run = async (args: readonly string[]) => {
        await using server = startServer();
        const all = ["locustfile.ts", "-H", server.url, "--json", "-", ...args];
        const { code, stdout, stderr } = await coordinate(nats.url, 3, all, { cwd });
        assertEquals(code, 0, stderr);
        const json = JSON.parse(stdout) as SummaryJson;
        assertEquals(json.total.count, server.hits, stderr);
        assertEquals(server.requests.every(({ headers }) => headers.get("token") === "t-1"), true);
        return { json, users: new Set(server.requests.map(({ path }) => path)), stderr };
      };

      const closed = await run(["-u", "7", "-d", "2"]);
      assertEquals(closed.users.size, 7);
      assertEquals([closed.json.run.mostUsers, closed.json.run.problems], [7, []]);
      for (const name of ["a", "b", "c"]) assertStringIncludes(closed.stderr, `Agent ${name} has joined`);

      const limited = await run(["-u", "7", "-i", "500"]);
      assertEquals([limited.json.total.count, limited.json.run.iterations], [500, 500]);

      const open = await run(["--arrival-rate", "100", "-u", "30", "-d", "2"]);
      const { started, dropped } = open.json.arrivals!; // a busy machine drops what it is too late for
      assertEquals([started + dropped, open.json.run.iterations], [200, started]);

      const capped = await run(["-u", "6", "--max-rps", "60", "-d", "2"]);
      // Each user may have one request left when the load ends; how near the rest comes to the cap depends on the machine.
      const { count } = capped.json.total;
      assertEquals(count <= 127 && count > 40, true, `${count} requests`);
    });
  },
);

skippableTest("locust --machines starts a NATS server of its own when no --nats is given", NATS_MISSING, async () => {
  await using server = startServer();
  let agent: Agent | null = null;
  let text = "";
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", new URL("../../main.ts", import.meta.url).pathname, server.url, "-i", "20", "--machines", "1"],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
    text += part;
    const url = /locust agent --nats (nats:\/\/\w{32}@127\.0\.0\.1:\d+)/.exec(text)?.[1];
    if (url !== undefined) agent ??= new Agent(url, ["--once"]);
  }
  assertEquals([(await child.status).code, server.hits], [0, 20], text);
  assertEquals((await agent!.child.status).code, 0);
  await agent!.until(/The run has ended/);
});

skippableTest("locust --machines exits with 2 when too few agents join in time", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  const args = ["http://127.0.0.1:1/", "--machines", "2", "--nats", nats.url, "--wait", "300ms"];
  const { code, stderr } = await locust(args);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "Cannot start: 0 of 2 agents joined within 300ms\n");
});

skippableTest(
  "coordinator and agent exit with 2 and one line when the server refuses their token",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    const url = nats.url.replace("secret", "wrong");
    for (const args of [["agent", "--nats", url], ["http://127.0.0.1:1/", "--machines", "1", "--nats", url]]) {
      const { code, stderr } = await locust(args);
      assertEquals([code, stderr.split("\n").length], [2, 3], stderr);
      assertStringIncludes(stderr, `Cannot connect to NATS at "nats://***@127.0.0.1`);
      assertStringIncludes(stderr, "Authorization Violation");
    }
  },
);

skippableTest(
  "calls that act on one machine are refused before the load with their line, exit 2",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await withScript(
      `import { shared } from "@x/locust";\nconst q = shared.queue("orders");\nexport async function run() { q.tryTake(); }`,
      async (cwd) => {
        const { code, stderr } = await coordinate(nats.url, 1, ["locustfile.ts", "-i", "1"], { cwd });
        assertEquals(code, 2, stderr);
        assertStringIncludes(
          stderr,
          "Cannot use q.tryTake() (locustfile.ts:3): it acts on one machine, expected await q.take(",
        );
      },
    );
  },
);

skippableTest("an agent with a secret takes only runs that have the same --agent-secret", NATS_MISSING, async () => {
  await using nats = await Nats.start();
  await using server = startServer();
  await using agent = new Agent(nats.url, [], { env: { LOCUST_AGENT_SECRET: "right" } });
  const run = (secret: readonly string[]) => coordinate(nats.url, 1, [`${server.url}/`, "-i", "3", ...secret]);
  for (const secret of [[], ["--agent-secret", "wrong"]]) {
    const { code, stderr } = await run(secret);
    assertEquals([code, server.hits], [2, 0], stderr);
    assertStringIncludes(stderr, "Cannot take the run: its --agent-secret is not the agent's");
  }
  await agent.until(/Cannot take part in a run: its coordinator does not have this agent's secret/);
  const { code, stderr } = await run(["--agent-secret", "right"]);
  assertEquals([code, server.hits], [0, 3], stderr);
});

skippableTest(
  "spans of agents reach the collector of the coordinator, one for each request that the server saw",
  NATS_MISSING,
  async () => {
    await using nats = await Nats.start();
    await using _a = new Agent(nats.url, ["--name", "a"]);
    await using _b = new Agent(nats.url, ["--name", "b"]);
    await using server = startServer();
    await using collector = startCollector();
    await withScript(SCRIPT, async (cwd) => {
      const args = ["locustfile.ts", "-H", server.url, "-u", "4", "-i", "60", "--trace-ratio", "1", "--json", "-"];
      const env = { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces` };
      const { code, stdout, stderr } = await coordinate(nats.url, 2, args, { cwd, env });
      assertEquals(code, 0, stderr);
      const spans = collector.of("/v1/traces").flatMap(({ message }) => message.resourceSpans[0].scopeSpans[0].spans);
      const hex = (base64: string) => Uint8Array.fromBase64(base64).toHex();
      assertEquals(
        spans.flatMap(({ kind, traceId, spanId }) => kind === 3 ? `00-${hex(traceId)}-${hex(spanId)}-01` : [])
          .toSorted(),
        server.requests.map(({ headers }) => headers.get("traceparent")!).toSorted(),
      );
      assertEquals(JSON.parse(stdout).run.spans, { recorded: 120, dropped: 0 });
      const times = spans.map(({ startTimeUnixNano }) => startTimeUnixNano / 1e6);
      assertEquals(times.every((ms) => ms > Date.now() - 120_000 && ms < Date.now()), true);
    });
  },
);
