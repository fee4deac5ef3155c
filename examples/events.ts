// Events: writes each request as a line of a CSV file, in addition to the statistics.
//
//   REQUESTS_CSV=requests.csv locust examples/events.ts --host http://localhost:8080 --iterations 10

import { events, type LocustClientSession } from "@x/locust";

const path = Deno.env.get("REQUESTS_CSV") ?? "requests.csv";

/** Runs once, before any user and any worker's first request. */
events.startup.addListener(() => {
  Deno.writeTextFileSync(path, "start,method,name,ttfb,ttlb,error\n");
});

/** Runs after each request, on the worker that made it; appending a line is safe from several workers at once. */
events.request.addListener(({ start, method, name, ttfb, ttlb, error }) => {
  const fields = [start.toFixed(3), method, name, ttfb.toFixed(6), ttlb.toFixed(6), error ?? ""];
  const line = fields.map((field) => /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field).join(",");
  Deno.writeTextFileSync(path, `${line}\n`, { append: true });
});

export async function run(client: LocustClientSession) {
  await client.get("/hello");
  await client.get("/status/500", { name: "/broken" });
}
