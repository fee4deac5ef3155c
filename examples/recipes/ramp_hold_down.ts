// Ramps up to 20 users, holds them, and ramps down; the run ends with the last stage.
//
//   locust ramp_hold_down.ts --host http://localhost:8080
//
// Without code: locust URL --config stages.json, with the same list: { "stages": [{ "duration": "30s", "target": 20 }, …] }

import { constant, HttpUser } from "@x/locust";

export class Visitor extends HttpUser {
  static override waitTime = constant("100ms");
  static override load = {
    stages: [
      { duration: "30s", target: 20 },
      { duration: "1m", target: 20 },
      { duration: "10s", target: 0 },
    ],
  };

  override async run() {
    await this.client.get("/", { headers: { "x-user": `${this.id}` } });
  }
}
