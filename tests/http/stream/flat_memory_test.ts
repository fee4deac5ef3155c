import { assert, assertEquals } from "@std/assert";
import { testClient } from "../../helpers/http/client.ts";
import { aloneTest } from "../../helpers/timed_test.ts";
import type { Tested } from "../../helpers/http/tested_transports.ts";

const GIBIBYTE = 2 ** 30;
const MEBIBYTE = 2 ** 20;

const TRANSPORTS: readonly Tested[] = ["socket", "socket over Node", "socket 2", "fetch"];

for (const transport of TRANSPORTS) {
  aloneTest(`${transport}: 1 GiB is read in flat memory, at most 64 MiB between least and most`, async () => {
    const server = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", new URL("big_body_server.ts", import.meta.url).pathname],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const output = server.stdout.getReader();
    try {
      const { value } = await output.read();
      const port = new TextDecoder().decode(value).trim();
      await using test = testClient(`http://127.0.0.1:${port}`, { transport });
      // The heap, the code and the system's buffers grow to their size first.
      for await (const _ of (await test.client.stream(`/${GIBIBYTE / 8}`)).chunks());
      let [least, most, received, reported] = [Infinity, 0, 0, 0];
      const resp = await test.client.stream(`/${GIBIBYTE}`);
      for await (const chunk of resp.chunks()) {
        received += chunk.length;
        if (received - reported < MEBIBYTE) continue;
        reported = received;
        const { rss } = Deno.memoryUsage();
        least = Math.min(least, rss);
        most = Math.max(most, rss);
      }
      assertEquals([received, resp.ending], [GIBIBYTE, "complete"]);
      const swingMiB = (most - least) / MEBIBYTE;
      assert(swingMiB <= 64, `${swingMiB.toFixed(1)} MiB between least and most`);
    } finally {
      server.kill();
      await output.cancel();
      await server.status;
    }
  });
}
