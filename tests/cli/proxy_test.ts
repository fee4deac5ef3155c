// What the command says about proxies before the load.

import { assertEquals } from "@std/assert";
import { startApp } from "../helpers/runs/fake_app.ts";
import type { FakeProcessOptions } from "../helpers/runs/fake_process.ts";

async function run(args: readonly string[], env: FakeProcessOptions["env"] = {}) {
  const app = startApp({ args, env });
  app.runner.finish({ exitCode: 0 });
  return { code: await app.code, stderr: app.process.stderr.text, options: app.created[0]?.options };
}

Deno.test("locust reports once that variables name a proxy, unless --proxy is given", async () => {
  const env = { HTTP_PROXY: "http://proxy.test:3128", NO_PROXY: "localhost" };
  const told = await run(["http://a.test/"], env);
  assertEquals([told.code, told.options!.proxy], [0, null]);
  assertEquals(
    told.stderr.match(/HTTP_PROXY set, but no request goes through a proxy: --proxy env uses them\n/g)?.length,
    1,
  );
  assertEquals((await run(["http://a.test/"], { NO_PROXY: "localhost" })).stderr, "");
  assertEquals((await run(["http://a.test/", "--proxy", "p.test:1"], env)).stderr, "");
});

Deno.test("locust --proxy refuses what is not a proxy before the load", async () => {
  const cases: readonly (readonly [args: readonly string[], problem: string])[] = [
    [["--proxy", "ftp://a"], 'Cannot use --proxy "ftp://a": "ftp://" is not a proxy protocol'],
    [["--proxy", ""], 'Cannot use --proxy "": not a proxy, expected a URL such as http://user:password@host:port'],
    [["--proxy", "socks5://a"], "Cannot use --proxy by socks5:// with the socket transport, expected http://"],
    [["--proxy", "a:1", "--connect-to", "b:2"], "Cannot use --connect-to and --proxy together, expected one of them"],
  ];
  for (const [args, problem] of cases) {
    const { code, stderr, options } = await run(["http://a.test/", ...args]);
    assertEquals([code, options, stderr.startsWith(problem)], [2, undefined, true], stderr);
  }
  const { options } = await run(["http://a.test/", "--proxy", "socks5://a", "--transport", "fetch"]);
  assertEquals(options!.proxy, "socks5://a");
});
