/** Servers for WebSocket tests. */

import { createHash } from "node:crypto";
import type { Deadlined } from "../../../lib/http/deadlines.ts";
import { TransportError } from "../../../lib/http/transport.ts";
import type { TestClient } from "../http/client.ts";
import { startServer, type TestServer } from "./test_server.ts";

/** A server that records its requests and the codes its connections were closed with. */
export interface EchoServer extends TestServer {
  readonly seen: readonly { readonly url: URL; readonly headers: Headers }[];
  readonly closed: readonly number[];
}

/**
 * Starts an echo server. The message `mute` gets no answer, `bye N` closes with code N, `push N` gets N messages.
 * `/status/N` answers with that status, `/set-cookie` sets a cookie, `/slow` takes 100 ms to open.
 */
export function startEcho(): EchoServer {
  const seen: { url: URL; headers: Headers }[] = [];
  const closed: number[] = [];
  const server = startServer(async (request, url) => {
    seen.push({ url, headers: request.headers });
    const [, kind, argument] = url.pathname.split("/");
    if (kind === "status") return new Response("", { status: Number(argument) });
    if (kind === "set-cookie") return new Response("", { headers: { "set-cookie": "id=7; Path=/" } });
    if (kind === "slow") await new Promise((resolve) => setTimeout(resolve, 100));
    const protocol = request.headers.get("sec-websocket-protocol")?.split(", ").at(-1);
    const { socket, response } = Deno.upgradeWebSocket(request, protocol === undefined ? {} : { protocol });
    socket.onclose = ({ code }) => closed.push(code);
    socket.onmessage = ({ data }) => {
      const [word, count] = String(data).split(" ");
      if (word === "bye") socket.close(Number(count), "because");
      else if (word === "push") { for (let at = 1; at <= Number(count); at++) socket.send(`push ${at}`); }
      else if (word !== "mute") socket.send(data);
    };
    return response;
  });
  return { ...server, url: server.url, seen, closed, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** Interrupts pending requests as the end of a run does. */
export function interruptAll({ context }: TestClient): void {
  for (const item of context.deadlines.items()) {
    (item as Deadlined & { abort(reason: TransportError): void }).abort(
      new TransportError("interrupted", "interrupted by the end of the run"),
    );
  }
}

/** Upgrades one connection by hand and returns it. */
export async function acceptRaw(listener: Deno.TcpListener): Promise<Deno.TcpConn> {
  const connection = await listener.accept();
  const bytes = new Uint8Array(4096);
  const text = new TextDecoder().decode(bytes.subarray(0, (await connection.read(bytes))!));
  const key = /sec-websocket-key: (\S+)/i.exec(text)![1]!;
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "upgrade: websocket", "connection: Upgrade"];
  const lines = [...head, `sec-websocket-accept: ${accept}`, "", ""];
  await connection.write(new TextEncoder().encode(lines.join("\r\n")));
  return connection;
}

/** Waits until the server has seen a number of closed connections. */
export async function untilClosed(server: { readonly closed: readonly number[] }, count: number): Promise<void> {
  while (server.closed.length < count) await new Promise((resolve) => setTimeout(resolve, 1));
}
