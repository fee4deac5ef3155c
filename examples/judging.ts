// The script decides what counts as a failure.
//
//   locust examples/judging.ts --host http://localhost:8080 --iterations 10

import { assertEquals, type LocustClientSession } from "@x/locust";

export async function run(client: LocustClientSession) {
  // A missing page is what we want here: make it a success.
  const missing = await client.get("/status/404", { name: "/missing" });
  if (missing.status === 404) missing.error = false;

  // Fail a request without interrupting the user.
  const page = await client.get("/hello");
  if (!(await page.text()).startsWith("Good day")) page.error = "greeting has changed";

  // Judge exactly one response, however many requests are in flight: the block form.
  const [count] = await Promise.all([
    client.get("/count", async (resp) => Number(await resp.text())),
    client.get("/hello", async (resp) => assertEquals((await resp.text()).length, 6)),
  ]);
  assertEquals(Number.isNaN(count), false);

  // Interrupt the user on an error status: nothing after this line runs.
  await client.get("/status/500", { name: "/broken", raiseForStatus: true });
}
