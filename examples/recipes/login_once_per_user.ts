// Each user logs in once, before its first iteration; its session cookie goes with all its later requests.
//
//   locust login_once_per_user.ts --host http://localhost:8080 --users 10 --duration 30

import { between, HttpUser } from "@x/locust";

export class Member extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async onStart() {
    // A login that fails throws: the user is counted as failed and starts again after a second.
    await this.client.post("/login", { json: { name: `user${this.id}` }, raiseForStatus: true });
  }

  override async run() {
    await this.client.get("/account");
  }

  override async onStop() {
    await this.client.post("/logout");
  }
}
