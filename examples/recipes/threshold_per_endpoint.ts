// Each endpoint has its own limits; the exit code is 99 if one of them does not hold.
//
//   locust threshold_per_endpoint.ts --host http://localhost:8080 --users 10 --duration 30

import { between, HttpUser } from "@x/locust";

export const thresholds = [
  "GET /search p95 < 800ms",
  "GET /item/:id p95 < 200ms",
  "GET /item/:id failures < 1%",
  "POST /cart failures < 1",
];

export class Shopper extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async run() {
    await this.client.get("/search", { query: { q: "lamp" } });
    const item = Math.floor(Math.random() * 50);
    await this.client.get(`/item/${item}`, { name: "/item/:id" });
    await this.client.post("/cart", { json: { item } });
  }
}
