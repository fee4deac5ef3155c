// Each user takes its own row of a file, on any number of workers; no row is taken twice.
//
//   locust row_per_user.ts --host http://localhost:8080 --users 5 --duration 30

import { between, HttpUser, shared } from "@x/locust";

const accounts = shared.rows<{ name: string; password: string }>("accounts", "../accounts.csv", { repeat: false });

export class Member extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async onStart() {
    const account = accounts.next();
    if (account === undefined) throw new Error(`more users than the ${accounts.length} rows of accounts.csv`);
    await this.client.post("/login", { json: account, raiseForStatus: true });
  }

  override async run() {
    await this.client.get("/account");
  }
}
