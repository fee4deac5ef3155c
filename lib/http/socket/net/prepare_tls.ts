/**
 * Prepares what the first encrypted connection would otherwise wait for.
 *
 * @module
 */

import { builtin } from "../../../core/builtin.ts";
import { openSsl } from "./epoll/openssl.ts";

/** Longest wait for a ClientHello, in milliseconds. */
const LIMIT_MS = 2000;

/**
 * Prepares this thread's first encrypted connection: reads root certificates, initialises cryptography and loads OpenSSL
 * if this machine has it. Opens no connection. Serves Deno's fetch, too. Takes about 50 ms on the first thread of a process
 * and about 10 ms on others.
 */
export async function prepareTls(): Promise<void> {
  openSsl();
  const { promise, resolve } = Promise.withResolvers<void>();
  // Deno reads root certificates when a client sends its ClientHello; this one goes nowhere.
  const nowhere = new (builtin("node:stream").Duplex)({
    read() {},
    write(_bytes, _encoding, callback) {
      callback();
      resolve();
    },
  });
  const socket = builtin("node:tls").connect({ socket: nowhere, servername: "localhost" });
  socket.on("error", () => resolve());
  const timer = setTimeout(resolve, LIMIT_MS);
  await promise;
  clearTimeout(timer);
  socket.destroy();
  nowhere.destroy();
}
