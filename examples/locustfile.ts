// The smallest useful scenario: two requests, one check, a short pause.
//
//   locust examples/locustfile.ts --host http://localhost:8080 --users 100 --duration 30

import { assert, type LocustClientSession, sleep } from "@x/locust";

export async function run(client: LocustClientSession) {
  await client.get("/");
  const resp = await client.get("/hello");
  // Extra validation, not just the status code: a failed assert counts as a failure of the request.
  assert((await resp.text()).includes("Hello"));
  await sleep(0.1);
}
