// One token for all users: setup() fetches it once, before the load; it is not part of the figures.
//
//   AUTH_URL=http://localhost:8080/token locust one_token_for_all.ts --host http://localhost:8080 --users 10

import { between, HttpUser } from "@x/locust";

export async function setup() {
  const response = await fetch(Deno.env.get("AUTH_URL") ?? "http://localhost:8080/token", {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: "load-test" }),
  });
  if (!response.ok) throw new Error(`no token: ${response.status}`);
  const { access_token } = await response.json();
  return { authorization: `Bearer ${access_token}` };
}

export class Reader extends HttpUser {
  static override waitTime = between("100ms", "300ms");

  override async run() {
    const { authorization } = this.data;
    await this.client.get("/articles", { headers: { authorization } });
  }
}
