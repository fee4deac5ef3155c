import { assert, assertEquals } from "@std/assert";
import { locust } from "../../../helpers/processes/command.ts";
import { startServer } from "../../../helpers/servers/test_server.ts";
import { aloneTest } from "../../../helpers/timed_test.ts";

const ROWS = 1_000_000;
const READY_MS = 3000;
/** Memory over that of a twin with one row, in sizes of the file. */
const MOST_SIZES = 4;

const LOCUSTFILE = `
  import { HttpUser, log, shared } from "@x/locust";
  const start = performance.now();
  const rows = shared.rows("big", "./big.csv");
  log.info("rows=" + rows.length + " ms=" + Math.round(performance.now() - start));
  export class Reader extends HttpUser {
    async run() {
      const { id, name } = rows.next();
      await this.client.get("/" + id + "/" + name);
    }
  }
  export function teardown() {
    if (Deno.build.os !== "linux") return;
    log.info("peakKib=" + /VmHWM:\\s+(\\d+)/.exec(Deno.readTextFileSync("/proc/self/status"))[1]);
  }`;

function content(rows: number): string {
  const lines = Array.from({ length: rows }, (_, row) => `${row},user${row % 9973},tk${row % 1009}\n`);
  return `id,name,token\n${lines.join("")}`;
}

/** Runs 4 users for 8 iterations. */
async function measured(rows: number, workers: number) {
  await using server = startServer();
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/big.csv`, content(rows));
    await Deno.writeTextFile(`${folder}/locustfile.ts`, LOCUSTFILE);
    const args = ["-H", server.url, "-u", "4", "-w", `${workers}`, "-i", "8"];
    const { code, stderr } = await locust(args, { cwd: folder });
    assertEquals([code, server.hits], [0, 8], stderr);
    const ready = [...stderr.matchAll(/rows=(\d+) ms=(\d+)/g)].map((match) => [Number(match[1]), Number(match[2])]);
    assertEquals(ready.map(([count]) => count), new Array(workers + 1).fill(rows));
    return {
      paths: [...server.hitsByPath.keys()].sort(),
      readyMs: Math.max(...ready.map(([, ms]) => ms!)),
      peakBytes: Number(/peakKib=(\d+)/.exec(stderr)?.[1] ?? 0) * 1024,
      fileBytes: (await Deno.stat(`${folder}/big.csv`)).size,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

for (const workers of [1, 2]) {
  aloneTest(
    `shared.rows() of 1,000,000 rows is ready within 3 s, in 4 times the file, ${workers} workers`,
    async () => {
      const twin = await measured(1, workers);
      const big = await measured(ROWS, workers);
      const sizes = (big.peakBytes - twin.peakBytes) / big.fileBytes;
      // deno-lint-ignore no-console -- the figures belong to the test's output
      console.log(
        `${workers} workers: ready after ${big.readyMs} ms, ` +
          `${(big.peakBytes / 1e6).toFixed(0)} MB at most (one row: ${(twin.peakBytes / 1e6).toFixed(0)} MB), ` +
          `${sizes.toFixed(1)} times the file`,
      );
      assertEquals(big.paths, Array.from({ length: 8 }, (_, row) => `/${row}/user${row}`));
      assert(big.readyMs <= READY_MS, `${big.readyMs} ms`);
      assert(sizes <= MOST_SIZES, `${sizes} times the file`);
    },
  );
}

Deno.test("locust with test data that cannot be read ends with the line of the file, before any load", async () => {
  await using server = startServer();
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/big.csv`, "id,name\n1,a\n\n2\n");
    await Deno.writeTextFile(`${folder}/locustfile.ts`, LOCUSTFILE);
    const { code, stderr } = await locust(["-H", server.url, "-w", "2", "-i", "8"], { cwd: folder });
    assertEquals([code, server.hits], [1, 0]);
    assertEquals(stderr.match(/line 4: 1 field, expected 2 as in the header/g)?.length, 1, stderr);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
