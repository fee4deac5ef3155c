/**
 * Notes how late the event loop of a program is, for `deno run --preload`; at its exit, writes that to the file which
 * `LOOP_LAG_FILE` names.
 *
 * @module
 */

/** How late a timer was: when, in milliseconds since the Unix epoch, and by how many milliseconds. */
export type Lag = readonly [atMs: number, lateMs: number];

/** Period of the timer, in milliseconds. */
const EVERY_MS = 10;

const path = Deno.env.get("LOOP_LAG_FILE");
if (path !== undefined && !("WorkerGlobalScope" in globalThis)) {
  const lags: Lag[] = [];
  let lastMs = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lags.push([performance.timeOrigin + now, Math.max(0, now - lastMs - EVERY_MS)]);
    lastMs = now;
  }, EVERY_MS);
  Deno.unrefTimer(timer);
  addEventListener("unload", () => Deno.writeTextFileSync(path, JSON.stringify(lags)));
}
