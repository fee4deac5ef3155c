// Users never share cookies. A Member keeps its own for life; a Visitor comes without any each time.
//
//   locust cookies_apart.ts --host http://localhost:8080 --users 10 --duration 30

import { assertEquals, between, HttpUser } from "@x/locust";

export class Member extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async onStart() {
    await this.client.post("/login", { json: { name: `user${this.id}` }, raiseForStatus: true });
  }

  override async run() {
    const response = await this.client.get("/account");
    const { name } = await response.json();
    assertEquals(name, `user${this.id}`); // a wrong one fails the request
  }
}

export class Visitor extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async run() {
    this.client.cookies.clear();
    await this.client.get("/"); // sets a cookie
    await this.client.get("/offers"); // sends it
  }
}
