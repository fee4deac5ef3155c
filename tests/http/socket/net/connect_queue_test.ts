import { assertEquals } from "@std/assert";
import { connectQueue, limitConnecting, type Waiting } from "../../../../lib/http/socket/net/connect_queue.ts";

/** Returns how many of many connections begin before any has finished, and in which order the others follow. */
function begun(workers: number): { readonly atOnce: number; readonly then: readonly number[] } {
  limitConnecting(workers);
  const order: number[] = [];
  const all = Array.from({ length: 600 }, (_, index): Waiting => ({ begin: () => void order.push(index) }));
  for (const one of all) connectQueue.enter(one);
  const atOnce = order.length;
  for (const one of all.slice(0, 3)) connectQueue.leave(one);
  const then = order.slice(atOnce);
  for (const one of all.slice(3).reverse()) connectQueue.leave(one);
  return { atOnce, then };
}

Deno.test("limitConnecting() lets a worker alone establish 500 connections at once, less than a backlog of 511", () => {
  assertEquals(begun(1), { atOnce: 500, then: [500, 501, 502] });
});

Deno.test("limitConnecting() lets each of several workers establish 256 connections at once", () => {
  assertEquals(begun(2), { atOnce: 256, then: [256, 257, 258] });
});
