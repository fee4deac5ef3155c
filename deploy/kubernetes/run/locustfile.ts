import type { LocustClientSession } from "@x/locust";

export async function run(client: LocustClientSession) {
  await client.get("/");
}
