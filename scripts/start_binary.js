// A locustfile with a server of its own, for scripts/start_binary.sh.

import { HttpUser } from "@x/locust";

let server;

export function setup() {
  server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response("hello"));
  return { url: `http://127.0.0.1:${server.addr.port}/` };
}

export async function teardown() {
  await server.shutdown();
}

export class Visitor extends HttpUser {
  async run() {
    await this.client.get(this.data.url, { name: "/" });
  }
}
