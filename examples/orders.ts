// Two kinds of users that work together: buyers create orders, payers pay them. Each order is paid exactly once, on
// any number of workers and machines.
//
//   locust examples/orders.ts --host http://localhost:8080 --users 10 --duration 10

import { assertEquals, HttpUser, log, shared, sleep } from "@x/locust";

const orders = shared.queue<number>("orders");
const created = shared.counter("created");
const paid = shared.counter("paid");

export class Buyer extends HttpUser {
  override async run() {
    const resp = await this.client.post("/orders", { json: { item: this.id } });
    const { id } = await resp.json();
    await created.next();
    await orders.push(id);
    await sleep("20ms");
  }
}

export class Payer extends HttpUser {
  override async run() {
    const id = await orders.take(); // waits until there is one, at most until the end of the run
    const resp = await this.client.post(`/orders/${id}/pay`, { name: "/orders/:id/pay" });
    assertEquals(resp.status, 204); // 409 for an order that has been paid already
    await paid.next();
  }
}

export async function teardown() {
  const [all, done, left] = [await created.next(0), await paid.next(0), await orders.size()];
  log.info(`${all} orders created, ${done} paid, ${left} left over`);
}
