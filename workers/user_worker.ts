/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
/**
 * Entry of every worker: carries messages between the main thread and the engine.
 *
 * @module
 */

import { isProgramError } from "../lib/core/error_site.ts";
import type { FromWorker, ToWorker } from "../lib/engine/messages.ts";
import { WorkerHost } from "../lib/engine/worker/worker_host.ts";

const host = new WorkerHost(
  (message: FromWorker, transfer: Transferable[] = []): void => self.postMessage(message, transfer),
  () => self.close(),
);

// Deno.exit in a worker ends only the worker, without any event on the main thread: report it first.
const exit = Deno.exit;
Deno.exit = (code?: number): never => {
  host.onDying(`the locustfile called Deno.exit(${code ?? Deno.exitCode})`);
  return exit(code);
};

self.addEventListener("error", (event) => {
  event.preventDefault();
  if (!isProgramError(event.error)) return host.onStrayError(event.error, "timer");
  host.onDying(`it failed: ${event.error.stack}`);
  self.close();
});

self.addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  host.onStrayError(event.reason, "unawaited promise");
});

self.onmessage = (event: MessageEvent<ToWorker>): void => void host.handle(event.data);
