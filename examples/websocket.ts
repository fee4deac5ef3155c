// A chat: each user keeps one WebSocket open and measures the time until its message comes back.
//
//   locust examples/websocket.ts --host http://localhost:8080 --users 20 --duration 30

import { assertEquals, HttpUser, type LocustWebSocket } from "@x/locust";

export class Chatter extends HttpUser {
  #socket!: LocustWebSocket;

  /** The connect is a row, `WS /ws`. Cookies and headers of the user go with it. */
  override async onStart() {
    await this.client.post("/login");
    this.#socket = await this.client.ws("/ws", { timeout: "5s" });
  }

  override async run() {
    // A name starts a sample, which the next message ends. Without a name, nothing is measured.
    const greeting = `hello from ${this.id}`;
    this.#socket.send(greeting, { name: "greet" });
    assertEquals(await this.#socket.receive(), greeting);

    const bytes = new Uint8Array([1, 2, 3]);
    this.#socket.send(bytes, { name: "send a picture" });
    assertEquals(await this.#socket.receive({ timeout: "500ms" }), bytes);
  }

  /** Closes the connection gracefully; otherwise it is closed when the user ends. */
  override async onStop() {
    await this.#socket.close(1000, "bye");
  }
}
