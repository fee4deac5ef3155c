import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../helpers/processes/command.ts";
import { locustfile } from "../helpers/runs/run.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";
import { servedPage } from "./served_page.ts";

const SCRIPT =
  `export async function run(client) { await client.get("/status/404"); await new Promise((r) => setTimeout(r, 20)); }`;

Deno.test("locust --web --start --exit ends after the run with its exit code", async () => {
  await using server = startServer();
  const options = ["--host", server.url, "-i", "3", "--threshold", "failures < 1%", "--start", "--exit"];
  await using served = await servedPage(SCRIPT, options);
  assertEquals([await served.ended, server.hits], [99, 3]);
});

Deno.test("locust --web starts nothing by itself, and ends on Ctrl-C with 0", async () => {
  await using server = startServer();
  await using served = await servedPage(SCRIPT, ["--host", server.url]);
  const page = await fetch(served.origin);
  assertStringIncludes(await page.text(), "<!doctype html>");
  assertMatch(page.headers.get("content-security-policy")!, /default-src 'none'.*frame-ancestors 'none'/);
  assertEquals([await served.end(), server.hits], [0, 0]);
});

Deno.test("locust --web ends a run in good order on Ctrl-C, with the run's exit code", async () => {
  await using server = startServer();
  await using served = await servedPage(SCRIPT, ["--host", server.url, "--threshold", "failures < 1%", "--start"]);
  await untilHit(server);
  assertEquals(await served.end(), 99);
});

Deno.test("locust --web names the next free port where one is taken, exit 2", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  await using file = await locustfile(SCRIPT);
  const { code, stderr } = await locust([file.path, "--host", "http://127.0.0.1:9", "--web", String(port)]);
  assertEquals(code, 2);
  assertStringIncludes(
    stderr,
    `Cannot use --web "127.0.0.1:${port}": the port is taken, expected a free one\nhint: port `,
  );
});

Deno.test("locust --web refuses what it cannot use, and what is of no use without it", async () => {
  await using file = await locustfile(SCRIPT);
  for (
    const [args, problem] of [
      [
        ["--web=page"],
        'Cannot use --web "page": "page" is not the number of a port, expected a port, or a host and a port such as 127.0.0.1:8089',
      ],
      [
        ["--prometheus", "foo:bar"],
        'Cannot use --prometheus "foo:bar": "bar" is not the number of a port, expected a port, or a host and a port such as 127.0.0.1:8089',
      ],
      [["--web=99999"], 'Cannot use --web "99999"'],
      [["--web", "--exit"], "Cannot use --exit: no run ends by itself, expected --start beside it"],
      [["--web", "--web-token", "short"], "Cannot use --web-token: expected at least 8 letters, digits, - or _"],
      [["--start"], "Cannot use --start: it is for the page, expected --web beside it"],
      [["--open"], "Cannot use --open: it is for the page, expected --web beside it"],
    ] as const
  ) {
    const { code, stderr } = await locust([file.path, "--host", "http://127.0.0.1:9", ...args]);
    assert(stderr.includes(problem), stderr);
    assertEquals(code, 2);
  }
});

Deno.test("locust --web needs the permission to listen beside those of the run, and asks for no other", async () => {
  await using server = startServer();
  const root = new URL("../../", import.meta.url).pathname;
  const target = new URL(server.url).host;
  const program = [
    Deno.execPath(),
    "run",
    "--no-prompt",
    `--allow-net=${target},127.0.0.1:0`,
    "--allow-read",
    `${root}main.ts`,
  ];
  const options = ["--host", server.url, "-i", "3", "--start", "--exit", "--open"];
  await using served = await servedPage(SCRIPT, options, program);
  assertEquals([await served.ended, server.hits], [0, 3]);
});
