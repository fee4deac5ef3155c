// A long run: memory stays flat and every count is the server's. An hour at 2,000 requests per second, two in an iteration, on a machine of its own:
// LOCUST_SOAK_SECONDS=3600 LOCUST_SOAK_RATE=1000 deno test -A tests/soak_test.ts

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { locustfile } from "./helpers/runs/run.ts";
import { timedTest } from "./helpers/timed_test.ts";

/** Length of the load; the first half, a minute at most, is not looked at, as memory may grow. */
const SECONDS = Number(Deno.env.get("LOCUST_SOAK_SECONDS") ?? 16);
const PER_SECOND = Number(Deno.env.get("LOCUST_SOAK_RATE") ?? 500);
const SETTLING_SECONDS = Math.min(60, SECONDS / 2);
/** Most that memory may grow after that, of what it was. */
const MAX_SPREAD = 0.1;

const SCRIPT = `
  let item = 0;
  export async function run(client) {
    await client.get("/item/" + ++item, { name: "/item/:id" });
    await client.post("/cart", { json: { item } });
  }`;

interface Sample {
  readonly seconds: number;
  readonly rssBytes: number;
}

/** Reads the resident memory of a process; `null` once it has ended. */
function rssBytes(pid: number): number | null {
  try {
    const kib = /VmRSS:\s+(\d+) kB/.exec(Deno.readTextFileSync(`/proc/${pid}/status`))?.[1];
    return kib === undefined ? null : Number(kib) * 1024;
  } catch {
    return null; // it has ended
  }
}

async function soak() {
  let hits = 0;
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
    hits++;
    return new Response(request.url, { headers: { "set-cookie": `seen=${hits}` } });
  });
  await using file = await locustfile(SCRIPT);
  const load = [
    "--arrival-rate",
    `${PER_SECOND}`,
    "--users",
    "200",
    "--duration",
    `${SECONDS}`,
    "--max-lateness",
    "30s",
  ];
  const json = `${file.folder}/out.json`;
  const host = `http://127.0.0.1:${server.addr.port}`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      fileURLToPath(new URL("../main.ts", import.meta.url)),
      file.path,
      "--host",
      host,
      ...load,
      "--json",
      json,
      "--quiet",
    ],
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  const beganMs = performance.now();
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const bytes = rssBytes(child.pid);
    if (bytes !== null) samples.push({ seconds: (performance.now() - beganMs) / 1000, rssBytes: bytes });
  }, 1000);
  const { code } = await child.status;
  clearInterval(timer);
  return { code, samples, hits, result: JSON.parse(await Deno.readTextFile(json)) };
}

timedTest(
  `a soak of ${SECONDS} s at ${PER_SECOND} iterations/s keeps its memory within 10 %, and its counts are the server's`,
  async () => {
    const { code, samples, hits, result: { total, run, arrivals } } = await soak();
    const settled = samples.filter(({ seconds }) => seconds > SETTLING_SECONDS && seconds < SECONDS);
    const [first, most] = [settled[0]!.rssBytes, Math.max(...settled.map(({ rssBytes }) => rssBytes))];
    const spread = most / first - 1;
    // deno-lint-ignore no-console -- the figures belong to the test's output
    console.log(
      `${total.count} requests counted, ${hits} served; ${Math.round(first / 1e6)} MB after ${SETTLING_SECONDS} s, ` +
        `at most ${Math.round(most / 1e6)} MB: +${(spread * 100).toFixed(1)} %`,
    );
    assertEquals([code, total.failures, run.interruptedRequests], [0, 0, 0]);
    assertEquals([total.count, arrivals.started + arrivals.dropped], [hits, SECONDS * PER_SECOND]);
    assert(spread <= MAX_SPREAD, `memory grew from ${first} to ${most} bytes`);
  },
  Deno.build.os === "linux" ? null : "memory is read from /proc",
);
