// Test data from a file: every user logs in with another account, on any number of workers.
//
//   locust examples/test_data.ts --host http://localhost:8080 --users 5 --duration 10

import { HttpUser, shared, sleep } from "@x/locust";

const accounts = shared.rows<{ name: string; password: string }>("accounts", "./accounts.csv");

export class Member extends HttpUser {
  override async onStart() {
    const account = accounts.next(); // no other user gets this one before all have been used
    await this.client.post("/login", { json: account, name: `/login as ${account.name}` });
  }

  override async run() {
    await this.client.get("/orders");
    await sleep("100ms");
  }
}
