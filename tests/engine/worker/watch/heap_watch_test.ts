import { assert, assertEquals, assertMatch } from "@std/assert";
import { HeapWatch } from "../../../../lib/engine/worker/watch/heap_watch.ts";
import { locust } from "../../../helpers/processes/command.ts";
import { locustfile } from "../../../helpers/runs/run.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";

const LIMIT_BYTES = 4_000_000_000;

Deno.test("HeapWatch() warns once at 85 % and ends the worker once at 95 %", () => {
  let usedBytes = 400_000_000;
  const watch = new HeapWatch(() => ({ usedBytes, limitBytes: LIMIT_BYTES }));
  const found = [0.1, 0.84, 0.86, 0.9, 0.86, 0.96, 0.97].map((ratio) => {
    usedBytes = ratio * LIMIT_BYTES;
    const finding = watch.check(50, 1_000_000);
    return finding === null ? null : `${finding.kind}: ${finding.text}`;
  });
  assertEquals(found, [
    ...[null, null, "filling: its heap is 86.0% full: 3.44 GB of 4.00 GB, 50 users, grown by 3.04 kB per iteration"],
    ...[null, null, "full: its heap is 96.0% full: 3.84 GB of 4.00 GB, 50 users, grown by 3.44 kB per iteration", null],
  ]);
});

Deno.test("HeapWatch() reads the heap of this thread", () => {
  assertEquals(new HeapWatch().check(1, 0), null);
});

Deno.test("a worker whose heap fills is named at 85 %, and ends itself before V8 ends the program: results are written", async () => {
  await using server = startServer();
  await using file = await locustfile(`
    import { sleep } from "@x/locust";
    const objects = (length) => Array.from({ length }, (_, index) => ({ index })); // of 40 bytes
    const kept = [objects(3_000_000)];
    export async function run(client) {
      await client.get("/");
      kept.push(objects(5000));
      await sleep(0.01);
    }`);
  const program = [
    Deno.execPath(),
    "run",
    "-A",
    "--v8-flags=--max-old-space-size=200",
    new URL("../../../../main.ts", import.meta.url).href,
  ];
  const args = [file.path, "--host", server.url, "-d", "60", "--json", `${file.folder}/out.json`];
  const { code, stderr } = await locust(args, { program });
  assertEquals(code, 1, stderr);
  assertMatch(
    stderr,
    /WARNING Worker 1: its heap is 8\d\.\d% full: \d+ MB of \d+ MB, 1 user, grown by .* per iteration/,
  );
  assertMatch(stderr, /ERROR Worker 1 ended early: its heap is 9\d\.\d% full: /);
  const { total, run } = JSON.parse(await Deno.readTextFile(`${file.folder}/out.json`));
  assert(total.count > 0);
  assertEquals(total.count + run.interruptedRequests, server.hits);
});
