// The scenario that is measured: one request, and a check of its body.

import { assert, type LocustClientSession } from "@x/locust";

export async function run(client: LocustClientSession) {
  const resp = await client.get("/");
  assert((await resp.text()).includes("hello locust"));
}
