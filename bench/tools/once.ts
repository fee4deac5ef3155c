// Each user sends one request: for measuring how long it takes to start them all.

import { constant, HttpUser } from "@x/locust";

export class Once extends HttpUser {
  static override waitTime = constant("1h");

  override async run() {
    await this.client.get("/");
  }
}
