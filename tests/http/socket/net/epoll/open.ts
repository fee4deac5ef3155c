// A socket as a test uses it.

import { Buffer } from "node:buffer";
import type { SocketOpener, SocketRecipe, WireSocket } from "../../../../../lib/http/socket/net/wire_socket.ts";
import { openEpollSocket } from "../../../../../lib/http/socket/net/epoll/epoll_socket.ts";
import { atRest } from "../../../../../lib/http/socket/net/epoll/poller.ts";
import { systemCalls } from "../../../../../lib/http/socket/net/epoll/system_calls.ts";

/** Why such sockets are not available here; empty if they are. */
export const WHY_NO_EPOLL = systemCalls === null ? " (skipped: no system calls of our own here)" : "";

/** Time after which a socket counts as hanging, in milliseconds: it would keep the event loop alive for ever. */
const HANGS_MS = 10_000;

/** A socket and its events. */
export interface TestSocket extends AsyncDisposable {
  readonly socket: WireSocket;
  /** `connect`, `bytes` once for any number of calls in a row, `end`, or the code of the error. */
  readonly told: readonly string[];
  readonly connected: Promise<void>;
  /** Resolves once it has ended or failed. */
  readonly over: Promise<void>;
  /** All bytes so far. */
  bytes(): Buffer;
  /** Called with each part. */
  onBytes: (length: number) => void;
}

/** Opens sockets on system calls; only valid if {@linkcode WHY_NO_EPOLL} is empty. */
export const openEpoll: SocketOpener = (recipe, listener) => openEpollSocket(recipe, listener)!;

/** Opens one to a port of loopback. */
export function openTestSocket(endpoint: SocketRecipe["endpoint"]): TestSocket {
  const told: string[] = [];
  const parts: Buffer[] = [];
  const connected = Promise.withResolvers<void>();
  const over = Promise.withResolvers<void>();
  const end = (how: string) => {
    told.push(how);
    over.resolve();
  };
  const socket = openEpoll({ endpoint, security: null }, {
    onConnect() {
      told.push("connect");
      connected.resolve();
    },
    onSecure: () => told.push("secure"),
    onBytes(bytes, length) {
      parts.push(Buffer.from(bytes.subarray(0, length)));
      if (told.at(-1) !== "bytes") told.push("bytes");
      test.onBytes(length);
    },
    onEnd: () => end("end"),
    onError: (error) => end(String((error as { code?: unknown }).code)),
  });
  const test: TestSocket = {
    socket,
    told,
    connected: within(connected.promise, "connected"),
    over: within(over.promise, "over"),
    bytes: () => Buffer.concat(parts),
    onBytes: () => {},
    async [Symbol.asyncDispose]() {
      socket.destroy();
      connected.resolve();
      over.resolve();
      await atRest();
    },
  };
  return test;
}

/** Resolves as the promise does, or rejects when it takes too long. */
export async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`not ${what} for ${HANGS_MS} ms`)), HANGS_MS);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
