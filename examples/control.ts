// Load driven by code: doubles the users until the site gets slow.
//
//   locust examples/control.ts --host http://localhost:8080

import { type LocustClientSession, log, sleep, type TestControl } from "@x/locust";

export async function control(test: TestControl) {
  for (let users = 10; users <= 640; users *= 2) {
    await test.users(users, { rate: 200 });
    await test.stats(); // starts a new interval
    await test.sleep("1s");
    const { interval } = await test.stats();
    log.info(`${users} users: ${interval.total.ratePerSecond.toFixed(0)}/s, p95 ${interval.total.p95Ms.toFixed(0)}ms`);
    if (interval.total.p95Ms > 200) return test.shutdown(`p95 is over 200ms with ${users} users`);
  }
}

export async function run(client: LocustClientSession) {
  await client.get("/contended");
  await sleep(0.01);
}
