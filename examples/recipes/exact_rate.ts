// Exactly 50 iterations per second, however long each takes. Response times count from the instant an iteration was due.
//
//   locust exact_rate.ts --host http://localhost:8080

import { HttpUser } from "@x/locust";

export class Visitor extends HttpUser {
  // At most 200 iterations run at once; if all 200 users are busy, the summary counts what was dropped.
  static override load = { arrivalRate: 50, users: 200, duration: "10s" };

  override async run() {
    await this.client.get("/");
  }
}
