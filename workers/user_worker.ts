/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Entry of every worker: carries messages between the main thread and the engine.
 *
 * @module
 */

import type { FromWorker, ToWorker } from "../lib/engine/messages.ts";
import { WorkerHost } from "../lib/engine/worker_host.ts";

const post = (message: FromWorker): void => self.postMessage(message);
const host = new WorkerHost(post);

// Deno.exit in a worker ends only the worker, without any event on the main thread: say so first.
const exit = Deno.exit;
Deno.exit = (code?: number): never => {
  post({ type: "exit", code: code ?? Deno.exitCode });
  return exit(code);
};

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  host.onUnhandledRejection(event.reason);
});

self.onmessage = (event: MessageEvent<ToWorker>): void => void host.handle(event.data);
