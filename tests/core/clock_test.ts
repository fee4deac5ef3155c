import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { nowMs, threadCpuMs } from "../../lib/core/clock.ts";
import { run } from "../helpers/processes/command.ts";

/** What a `number` of this size cannot tell, and how far the two clocks may be apart, in milliseconds. */
const TOLERANCE_MS = 0.002;

/** Compares the clock with the one that JavaScript has, and says by how much it is off at most. */
const COMPARISON = `
  let off = 0;
  for (let look = 0; look < 1000; look++) {
    const before = performance.timeOrigin + performance.now();
    const now = nowMs();
    const after = performance.timeOrigin + performance.now();
    off = Math.max(off, before - now, now - after);
  }
  return off;`;

Deno.test("nowMs() agrees with performance.now()", () => {
  const off = new Function("nowMs", COMPARISON)(nowMs);
  assert(off < TOLERANCE_MS, `off by ${off} ms`);
});

Deno.test("nowMs() never decreases", () => {
  let last = nowMs();
  for (let reads = 0; reads < 100_000; reads++) {
    const now = nowMs();
    assert(now >= last, `${now} after ${last}`);
    last = now;
  }
});

Deno.test("threadCpuMs() counts work and no waiting", { ignore: threadCpuMs() === null }, async () => {
  const begun = [nowMs(), threadCpuMs()!] as const;
  while (threadCpuMs()! - begun[1] < 20) JSON.stringify(begun);
  const worked = [nowMs(), threadCpuMs()!] as const;
  assert(worked[0] - begun[0] >= 20 - TOLERANCE_MS, "more processor time than time");
  await new Promise((resolve) => setTimeout(resolve, 100));
  const waitedMs = threadCpuMs()! - worked[1];
  assert(waitedMs < 50, `${waitedMs} ms of processor time in a wait of 100 ms`);
});

Deno.test("nowMs() agrees between workers, with and without the ffi permission", async () => {
  const clock = new URL("../../lib/core/clock.ts", import.meta.url).href;
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${folder}/worker.ts`,
    `import { nowMs } from "${clock}"; self.postMessage((() => {${COMPARISON}})());`,
  );
  await Deno.writeTextFile(
    `${folder}/main.ts`,
    `new Worker(import.meta.resolve("./worker.ts"), { type: "module" }).onmessage = ({ data }) => {
      console.log(data < ${TOLERANCE_MS} ? "the same" : data);
      Deno.exit();
    };`,
  );
  const lib = fileURLToPath(new URL("../../lib", import.meta.url));
  for (const flags of [["-A"], [`--allow-read=${lib},${folder}`]]) {
    const { stdout, stderr } = await run([Deno.execPath(), "run", "--no-check", ...flags, `${folder}/main.ts`]);
    assertEquals([stdout, stderr], ["the same\n", ""]);
  }
  await Deno.remove(folder, { recursive: true });
});
