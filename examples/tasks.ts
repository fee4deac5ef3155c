// Weighted tasks, a step that pays for an order, checks and measures with thresholds.
//
//   locust examples/tasks.ts --host http://localhost:8080 --users 5 --iterations 100 --seed 1

import { HttpUser, rateLimit, shared } from "@x/locust";

export const thresholds = ['check "has a price" > 99%', 'measure "price" p95 < 10', "failures < 1%"];

const paid = shared.counter("paid");
const checkouts = rateLimit("50/s", { burst: 5 }); // of all users together

export class Shopper extends HttpUser {
  static override tasks = { browse: 3, buy: { weight: 1, tags: ["smoke"] } };

  async browse() {
    const item = await this.client.get(`/item/${this.id}`, { name: "/item/:id" });
    item.check("is JSON", ({ headers }) => headers.get("content-type")?.includes("json"));
    const { price } = await item.json();
    if (this.check("has a price", price > 0)) this.measure("price", price);
  }

  async buy() {
    await checkouts.take();
    await this.step("checkout", async () => {
      const order = await this.client.post("/orders");
      const { id } = await order.json();
      await this.client.post(`/orders/${id}`, { name: "/orders/:id" });
      paid.add();
    });
  }
}
