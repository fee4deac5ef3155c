// Runs through a proxy: what the server sees has come from there, and no report shows the password.

import { assert, assertEquals } from "@std/assert";
import { TRANSPORT_NAMES } from "../../../../lib/http/transport.ts";
import { Runner } from "../../../../lib/engine/run/runner.ts";
import { aloneTest } from "../../../helpers/timed_test.ts";
import { startProxy } from "../../../helpers/servers/test_proxy.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

for (const transport of TRANSPORT_NAMES) {
  Deno.test(`a run with a proxy sends every request through it, by all workers (${transport})`, async () => {
    await using server = startServer();
    await using proxy = startProxy({ authorization: `Basic ${btoa("me:secret")}` });
    const result = await new Runner({
      url: `${server.url}/a`,
      users: 2,
      workers: 2,
      iterations: 10,
      transport,
      proxy: proxy.url.replace("//", "//me:secret@"),
    }).run();
    const { count, failures } = result.summary.total;
    assertEquals([count, failures, server.hits], [10, 0, 10]);
    assertEquals(new Set(proxy.lines), new Set([`GET ${server.url}/a HTTP/1.1`]));
    assertEquals(result.info.options["proxy"], proxy.url);
  });
}

for (const transport of TRANSPORT_NAMES) {
  aloneTest(
    `environment variables are used by proxy "env" alone, also with concurrent workers (${transport})`,
    async () => {
      await using server = startServer();
      await using proxy = startProxy();
      const options = { url: `${server.url}/a`, users: 12, workers: 3, iterations: 60, transport };
      Deno.env.set("HTTP_PROXY", proxy.url);
      try {
        const without = await new Runner(options).run();
        assertEquals([without.summary.total.failures, proxy.lines.length, server.hits], [0, 0, 60]);
        const through = await new Runner({ ...options, proxy: "env" }).run();
        assertEquals([through.summary.total.failures, server.hits], [0, 120]);
        assert(proxy.lines.length > 0);
        Deno.env.set("NO_PROXY", "127.0.0.1");
        const seen = proxy.lines.length;
        await new Runner({ ...options, proxy: "env" }).run();
        assertEquals([proxy.lines.length, server.hits], [seen, 180]);
        assertEquals([Deno.env.get("HTTP_PROXY"), Deno.env.get("NO_PROXY")], [proxy.url, "127.0.0.1"]);
      } finally {
        Deno.env.delete("HTTP_PROXY");
        Deno.env.delete("NO_PROXY");
      }
    },
  );
}
