/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
// The thread of a closing server.

import net from "node:net";
import tls from "node:tls";
import type { ClosingTask } from "./closing_server.ts";

const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";
const requests: number[] = [];
const closed: Promise<void>[] = [];

const { orders, ending, certified } = await new Promise<ClosingTask>((resolve) => {
  self.onmessage = ({ data }) => resolve(data);
});

function serve(socket: net.Socket, index: number): void {
  socket.on("error", () => {}); // of the reset
  closed.push(new Promise((resolve) => socket.on("close", () => resolve())));
  socket.on("data", () => {
    requests.push(index);
    socket.write(ANSWER, () => {
      if (index > 0) return;
      Atomics.wait(orders, 0, 0);
      socket.on("close", () => {
        Atomics.store(orders, 0, 2);
        Atomics.notify(orders, 0);
      });
      if (ending === "reset") socket.resetAndDestroy();
      else socket.destroy();
    });
  });
}

let count = 0;
const accept = (socket: net.Socket) => serve(socket, count++);
const server = certified === null ? net.createServer(accept) : tls.createServer({ ...certified }, accept);
self.onmessage = async () => {
  await Promise.all(closed);
  self.postMessage(requests);
};
server.listen(0, "127.0.0.1", () => self.postMessage((server.address() as net.AddressInfo).port));
