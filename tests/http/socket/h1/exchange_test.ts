import { assertEquals, assertStrictEquals } from "@std/assert";
import { SocketExchange } from "../../../../lib/http/socket/h1/exchange.ts";
import { planFor } from "../../../../lib/http/socket/h1/request_plan.ts";
import type { ExchangeListener } from "../../../../lib/http/transport.ts";

Deno.test("an exchange that has ended keeps no listener, which would keep the user's next requests in memory", () => {
  const listener: ExchangeListener = { onStart() {}, onSent() {}, onResponse() {}, onError() {} };
  const url = new URL("http://a.test/");
  const plan = planFor({ method: "GET", url, headers: [], body: null, transportCache: undefined }, true);
  const exchange = new SocketExchange(plan, listener);
  assertStrictEquals(exchange.end(), listener);
  assertEquals([exchange.isOver, exchange.server, exchange.listener as unknown], [true, null, null]);
});
