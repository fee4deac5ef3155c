/**
 * Load testing with scenarios in TypeScript: the module that locustfiles import, and the program that runs them.
 *
 * ```ts
 * import { assert, type LocustClientSession, sleep } from "@x/locust";
 *
 * export async function run(client: LocustClientSession) {
 *   const resp = await client.get("http://127.0.0.1:8080/");
 *   assert((await resp.text()).includes("expected text"));
 *   await sleep(0.1);
 * }
 * ```
 *
 * @module
 */

export * from "./lib/mod.ts";

if (import.meta.main) {
  // Not awaited: a locustfile that runs this module as a program would wait for itself.
  import("./lib/cli/app.ts").then(({ main }) => main());
}
