/**
 * What the first encrypted connection would otherwise wait for.
 *
 * @module
 */

import { Duplex } from "node:stream";
import tls from "node:tls";
import { openSsl } from "./epoll/openssl.ts";

/** Longest wait for a ClientHello, in milliseconds. */
const LIMIT_MS = 2000;

/**
 * Does once for this thread what its first encrypted connection needs: root certificates are read, cryptography is
 * initialised, and OpenSSL is loaded where this machine has it. Opens no connection. What is prepared serves Deno's fetch,
 * too. Takes some 50 ms on the first thread of a process and some 10 ms on others.
 */
export async function prepareTls(): Promise<void> {
  openSsl();
  const { promise, resolve } = Promise.withResolvers<void>();
  // Root certificates are read when a client says hello, which this one does to nobody.
  const nowhere = new Duplex({
    read() {},
    write(_bytes, _encoding, callback) {
      callback();
      resolve();
    },
  });
  const socket = tls.connect({ socket: nowhere, servername: "localhost" });
  socket.on("error", () => resolve());
  const timer = setTimeout(resolve, LIMIT_MS);
  await promise;
  clearTimeout(timer);
  socket.destroy();
  nowhere.destroy();
}
