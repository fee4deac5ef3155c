// Runs through a proxy: what the server sees has come from there, and no report shows the password.

import { assertEquals } from "@std/assert";
import { TRANSPORT_NAMES } from "../../../lib/http/transport.ts";
import { Runner } from "../../../lib/engine/run/runner.ts";
import { startProxy } from "../../helpers/test_proxy.ts";
import { startServer } from "../../helpers/test_server.ts";

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
