import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { HarEntry } from "../../../lib/import/har/har_format.ts";
import { withSteps } from "../../../lib/import/record/proxy.ts";
import { locust } from "../../helpers/processes/command.ts";
import { exchange, harText } from "../../helpers/runs/har.ts";

/** Stands for mitmdump: listens as told, and writes a HAR file when it is interrupted. */
const STUB = `const option = (name) => Deno.args[Deno.args.indexOf(name) + 1];
const file = Deno.args.find((arg) => arg.startsWith("hardump=")).slice("hardump=".length);
Deno.addSignalListener("SIGINT", () => {
  Deno.copyFileSync(import.meta.dirname + "/flows.har", file);
  Deno.exit();
});
for await (const connection of Deno.listen({ hostname: option("--listen-host"), port: Number(option("--listen-port")) })) connection.close();
`;

const HTML = ["text/html", "<title>Shop</title>"] as const;
const FLOWS = [
  exchange("GET", "http://shop.test/", {
    content: HTML,
    sends: { "X-App": "1", "X-Trace": "2", "X-Kept": "3", Host: "shop.test" },
  }),
  exchange("GET", "http://shop.test/metrics/cpu", { content: HTML }),
  exchange("GET", "http://shop.test/health", { content: HTML }),
  exchange("OPTIONS", "http://shop.test/"),
  exchange("DELETE", "http://shop.test/cart", { status: 204 }),
];

/** Runs `locust record --proxy` with the stub until it listens. */
async function recordProxy(env: Record<string, string>) {
  const cwd = await Deno.makeTempDir();
  const shim = `#!/bin/sh\nexec "${Deno.execPath()}" run -A "${cwd}/stub.js" "$@"\n`;
  await Deno.writeTextFile(`${cwd}/mitmdump`, shim, { mode: 0o755 });
  await Deno.writeTextFile(`${cwd}/stub.js`, STUB);
  await Deno.writeTextFile(`${cwd}/flows.har`, harText(FLOWS, { creator: "mitmproxy" }));
  const result = await locust(["record", "--proxy", `127.0.0.1:${freePort()}`], {
    cwd,
    env: { PATH: `${cwd}:${Deno.env.get("PATH")}`, LOCUST_LOCUSTFILE: "recorded.ts", ...env },
    when: [["press Ctrl-C", (child) => child.kill("SIGINT")]],
  });
  const text = await Deno.readTextFile(`${cwd}/recorded.ts`);
  await Deno.remove(cwd, { recursive: true });
  return { ...result, text };
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

Deno.test({
  name: "locust record --proxy runs mitmdump and honours the variables of the recorder add-on (PARITY 63)" +
    (Deno.build.os === "windows" ? " (skipped: sh only)" : ""),
  ignore: Deno.build.os === "windows",
  fn: async () => {
    const { code, stderr, text } = await recordProxy({
      LOCUST_IGNORED_URLS: "http://shop.test/metrics",
      LOCUST_EXTRA_IGNORED_URLS: "http://shop.test/health",
      LOCUST_IGNORED_HEADERS: "X-App",
      LOCUST_EXTRA_IGNORED_HEADERS: "x-trace",
    });
    assertEquals(code, 0, stderr);
    assertMatch(stderr, /^Proxy at 127\.0\.0\.1:\d+; press Ctrl-C to write the locustfile\nWrote recorded\.ts; /);
    assertStringIncludes(text, "requests to ignored URLs (2), requests with ignored methods (1).");
    assertStringIncludes(text, `this.client.get("/", { headers: { "x-kept": "3" } });`);
    assertEquals([...text.matchAll(/this\.client\.(\w+)/g)].map((match) => match[1]), ["get", "delete"]);
  },
});

Deno.test("locust record --proxy without mitmproxy is one line, exit 1", async () => {
  const args = ["record", "--proxy", `127.0.0.1:${freePort()}`];
  const { code, stderr } = await locust(args, { env: { PATH: "/nowhere" } });
  assertEquals([code, stderr], [
    1,
    'Cannot record with --proxy: mitmdump is not installed, expected mitmproxy ("pipx install mitmproxy")\n',
  ]);
});

Deno.test("locust record names what is wrong with its options, exit 2", async () => {
  const { code, stderr } = await locust([
    "record",
    "shop",
    "--proxy",
    "8080",
    "--headless",
    "--remote-debugging-port",
    "x",
  ]);
  assertEquals([code, stderr], [
    2,
    [
      'Cannot record "shop" with --proxy: expected one of both',
      'Cannot record "shop": not a URL, expected http://… or https://…',
      "Cannot use --headless: it is for a browser, expected no --proxy",
      "Cannot use --remote-debugging-port: it is for a browser, expected no --proxy",
      'Cannot use --remote-debugging-port "x": expected a number up to 65535',
      'Cannot use --proxy "8080": expected a host and a port such as 127.0.0.1:8080',
      'Try "locust --help".',
      "",
    ].join("\n"),
  ]);
});

Deno.test("withSteps() puts entries into steps by time, and leaves a file without steps as it is", () => {
  const entries = [0, 5, 6, 20].map((at) => exchange("GET", "http://a.test/", { at }));
  const startMs = Date.parse(entries[0]!.startedDateTime!);
  const steps = [{ name: "cart", atMs: startMs + 4000 }, { name: "pay", atMs: startMs + 10_000 }];
  const { log } = JSON.parse(withSteps(harText(entries), steps));
  assertEquals(log.entries.map(({ pageref }: HarEntry) => pageref), ["page_0", "page_1", "page_1", "page_2"]);
  assertEquals(log.pages.map(({ title }: { title: string }) => title), ["", "cart", "pay"]);
  assertEquals(withSteps(harText(entries), []), harText(entries));
});
