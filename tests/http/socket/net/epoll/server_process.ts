// Servers in a separate process, so that they stay fast beside a load. Run as the main module, this is that process.

import { fileURLToPath } from "node:url";
import { pattern } from "./pattern.ts";

/** Bytes that the bulk server sends on each connection before it closes it. */
export const BULK_BYTES = 32_000_000;

/** The process, ended when disposed of. */
export interface ServerProcess extends AsyncDisposable {
  /** Answers every read as one HTTP request. */
  readonly httpPort: number;
  /** Echoes what it receives. */
  readonly echoPort: number;
  /** Sends {@linkcode BULK_BYTES} of the pattern. */
  readonly bulkPort: number;
}

/** Starts it. */
export async function startServerProcess(): Promise<ServerProcess> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", "--allow-net=127.0.0.1", fileURLToPath(import.meta.url)],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value = "" } = await reader.read();
  const [httpPort = 0, echoPort = 0, bulkPort = 0] = value.trim().split(" ").map(Number);
  return {
    httpPort,
    echoPort,
    bulkPort,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await reader.cancel();
      await child.stdin.close().catch(() => {}); // closed with the process
      await child.status;
    },
  };
}

async function accept(listener: Deno.Listener, serve: (connection: Deno.TcpConn) => Promise<void>): Promise<void> {
  for await (const connection of listener) {
    serve(connection as Deno.TcpConn).catch(() => {}).finally(() => connection.close());
  }
}

async function answerReads(connection: Deno.TcpConn, answer: (read: Uint8Array) => Uint8Array): Promise<void> {
  connection.setNoDelay(true);
  const buffer = new Uint8Array(65_536);
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    await connection.write(answer(buffer.subarray(0, count)));
  }
}

async function sendBulk(connection: Deno.TcpConn): Promise<void> {
  const bytes = pattern(BULK_BYTES);
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

if (import.meta.main) {
  const [http, echo, bulk] = [0, 0, 0].map((port) => Deno.listen({ hostname: "127.0.0.1", port }));
  const hello = new TextEncoder().encode("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
  void accept(http!, (connection) => answerReads(connection, () => hello));
  void accept(echo!, (connection) => answerReads(connection, (read) => read));
  void accept(bulk!, sendBulk);
  // deno-lint-ignore no-console -- what its parent reads
  console.log([http, echo, bulk].map((listener) => (listener!.addr as Deno.NetAddr).port).join(" "));
  for await (const _ of Deno.stdin.readable) { /* until the parent is gone */ }
  Deno.exit();
}
