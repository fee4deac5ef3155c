// Three loads side by side: visitors who arrive at a fixed rate, a robot with a steady pulse, and the users that the options
// ask for.
//
//   locust examples/load_models.ts --host http://localhost:8080 --users 5 --duration 30 --group-by-class

import { between, constantPacing, HttpUser } from "@x/locust";

/** The open model: 20 visits start per second, by at most 50 users; each counts from the instant it was due. */
export class Visitor extends HttpUser {
  static override load = { arrivalRate: 20, users: 50 };

  override async run() {
    await this.client.get("/");
    await this.client.get("/hello");
  }
}

/** Two users of its own, starting after half a second; each sends a request every 200 ms, however long the response takes. */
export class Robot extends HttpUser {
  static override load = { users: 2, startTime: "500ms" };
  static override waitTime = constantPacing("200ms");

  override async run() {
    await this.client.get("/contended");
  }
}

/** The closed model: these share `--users`, and continue after the response and a pause. */
export class Shopper extends HttpUser {
  static override waitTime = between("50ms", "100ms");

  override async run() {
    await this.client.get("/item/1", { name: "/item/:id" });
  }
}
