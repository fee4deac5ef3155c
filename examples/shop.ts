// Two kinds of users, three shoppers to one clerk, with a login, pauses, and data prepared once before the load.
//
//   locust examples/shop.ts --host http://localhost:8080 --users 20 --duration 30

import { between, HttpUser, log } from "@x/locust";

/** Runs once, before any user starts. Every user finds the result in `this.data`. */
export function setup() {
  return { items: 50 };
}

/** Runs once, after the last user, with what `setup` returned. */
export function teardown(data: { items: number }) {
  log.info(`Shopped among ${data.items} items`);
}

export class Shopper extends HttpUser {
  static override weight = 3;
  static override waitTime = between("100ms", "300ms");

  /** Runs once for each user. Cookies of the response are sent with this user's later requests. */
  override async onStart() {
    await this.client.post("/login", { json: { name: `shopper ${this.id}` }, raiseForStatus: true });
  }

  override async run() {
    const id = Math.floor(Math.random() * this.data.items);
    // The name keeps 50 addresses in one row.
    await this.client.get(`/item/${id}`, { name: "/item/:id" });
  }
}

export class Clerk extends HttpUser {
  static override waitTime = between(0.5, 1);

  override async run() {
    await this.client.get("/orders", { query: { state: "open" } });
  }
}
