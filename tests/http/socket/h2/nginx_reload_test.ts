// nginx ends its connections with GOAWAY on a reload: its log and our counts must still agree.

import { assert, assertEquals } from "@std/assert";
import { TransportError } from "../../../../lib/http/transport.ts";
import { type TestTransport, testTransport, wireRequest } from "../../conformance/send.ts";
import { skippableTest } from "../../../helpers/skippable.ts";

const USERS = 10;
const RELOADS = 3;

function findNginx(): string | null {
  for (const path of ["nginx", "/usr/sbin/nginx"]) {
    try {
      new Deno.Command(path, { args: ["-v"], stdout: "null", stderr: "null" }).outputSync();
      return path;
    } catch {
      // the next one
    }
  }
  return null;
}

const nginx = findNginx();

async function signal(folder: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(nginx!, {
    args: ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`, ...args],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

for (const streams of [1, 10]) {
  const name = `nginx's log has each request once, repeats included, while it reloads: ${streams} at once a user`;
  skippableTest(name, nginx === null ? "no nginx here" : null, async () => {
    const folder = await Deno.makeTempDir({ prefix: "locust-nginx-" });
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    listener.close();
    const temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) =>
      `${one}_temp_path ${folder}/${one};`
    );
    await Deno.writeTextFile(
      `${folder}/nginx.conf`,
      `pid ${folder}/pid; error_log ${folder}/error.log; worker_processes 1; events {}
       http { access_log ${folder}/access.log; ${temps.join(" ")} keepalive_requests 500;
         server { listen 127.0.0.1:${port} http2; location / { return 200 "hello"; } } }`,
    );
    await signal(folder);
    try {
      let isOver = false;
      const counts = { answered: 0, repeats: 0 };
      const tests: TestTransport[] = [];
      const connected = () => tests.reduce((sum, { seen }) => sum + seen.connected, 0);
      const users = Array.from({ length: USERS }, async () => {
        await using test = testTransport("socket 2");
        tests.push(test);
        const request = wireRequest(port, { method: "POST", body: new Uint8Array(10) });
        const one = async () => {
          while (!isOver) {
            const outcome = await test.send(request);
            if (outcome instanceof TransportError) throw outcome;
            assertEquals(outcome.status, 200);
            counts.answered++;
          }
        };
        await Promise.all(Array.from({ length: streams }, one));
        counts.repeats += test.seen.repeats;
      });
      const reloads = (async () => {
        for (let count = 0; count < RELOADS; count++) {
          const before = counts.answered;
          while (counts.answered < before + 1000) await new Promise((resolve) => setTimeout(resolve, 5));
          await signal(folder, "-s", "reload");
          const connections = connected();
          while (connected() < connections + USERS) await new Promise((resolve) => setTimeout(resolve, 5));
        }
        isOver = true;
      })();
      await Promise.all([...users, reloads]);
      await signal(folder, "-s", "quit");
      while (await Deno.stat(`${folder}/pid`).then(() => true, () => false)) {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      const log = (await Deno.readTextFile(`${folder}/access.log`)).trimEnd().split("\n");
      assertEquals(log.filter((line) => / "POST \/ HTTP\/2\.0" 200 /.test(line)).length, counts.answered);
      // A request refused by GOAWAY may be in the log, but not as answered.
      assert(log.length <= counts.answered + counts.repeats, `${log.length} lines, ${JSON.stringify(counts)}`);
    } finally {
      await signal(folder, "-s", "stop").catch(() => {}); // it has ended before
      await Deno.remove(folder, { recursive: true });
    }
  });
}
