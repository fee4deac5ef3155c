/**
 * The span that code runs in.
 *
 * @module
 */

import type { AsyncLocalStorage } from "node:async_hooks";
import { builtin } from "../core/builtin.ts";
import type { Span } from "./span.ts";

/** Keeps the span of each asynchronous call; loaded by the first sampled iteration of this thread. */
let storage: AsyncLocalStorage<Span> | null = null;

/** Calls a function in a span: what it awaits is in it, too. */
export function inSpan<T>(span: Span, body: () => T): T {
  storage ??= new (builtin("node:async_hooks").AsyncLocalStorage)<Span>();
  return storage.run(span, body);
}

/** Returns the span that this code runs in; `null` outside of sampled iterations. */
export function activeSpan(): Span | null {
  return storage?.getStore() ?? null;
}
