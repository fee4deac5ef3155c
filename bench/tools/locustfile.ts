// The scenario that is measured: a request, and a check of its body; over HTTP/2 several at once, if told so.

import { assert, type LocustClientSession } from "@x/locust";

const streams = Number(Deno.env.get("BENCH_STREAMS") ?? 1);
/** Requests of each stream until all of them begin again together. */
const REQUESTS = 100;

async function greet(client: LocustClientSession): Promise<void> {
  const resp = await client.get("/");
  assert((await resp.text()).includes("hello locust"));
}

async function greetOften(client: LocustClientSession): Promise<void> {
  for (let count = 0; count < REQUESTS; count++) await greet(client);
}

export async function run(client: LocustClientSession) {
  if (streams === 1) await greet(client);
  else await Promise.all(Array.from({ length: streams }, () => greetOften(client)));
}
