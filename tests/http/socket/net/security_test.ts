// Which certificates are accepted without a check, and which connections wait for the first check.

import { assert, assertEquals } from "@std/assert";
import { Security, securityFor } from "../../../../lib/http/socket/net/tls/security.ts";

/** Fires timers when a test calls for it. */
class FakeTimers implements Disposable {
  readonly #set = globalThis.setTimeout;
  readonly #clear = globalThis.clearTimeout;
  readonly set = new Map<number, { readonly act: () => void; readonly ms: number }>();

  constructor() {
    globalThis.setTimeout = ((act: () => void, ms: number) => {
      const id = this.set.size + 1;
      this.set.set(id, { act, ms });
      return id;
    }) as unknown as typeof setTimeout;
    globalThis.clearTimeout = (id) => void this.set.delete(id as unknown as number);
  }

  [Symbol.dispose](): void {
    globalThis.setTimeout = this.#set;
    globalThis.clearTimeout = this.#clear;
  }
}

/** A running check of a.test, with two connections that wait for it. */
function checking() {
  const timers = new FakeTimers();
  const security = new Security({}, "a.test");
  const gone: string[] = [];
  security.beginCheck();
  for (const name of ["first", "second"]) assert(security.waitForCheck(() => void gone.push(name)));
  return { security, gone, timers, [Symbol.dispose]: () => timers[Symbol.dispose]() };
}

Deno.test("no connection waits before a check has started", () => {
  const security = new Security({}, "a.test");
  let hasGone = false;
  assertEquals(security.waitForCheck(() => hasGone = true), false);
  security.endCheck();
  assertEquals([hasGone, security.isDecided], [false, false]);
});

Deno.test("accept() releases the waiting connections, in order, once", () => {
  using test = checking();
  const { security, gone, timers } = test;
  assertEquals([gone, timers.set.size, security.isDecided], [[], 1, false]);
  security.accept("AA");
  assertEquals([gone, timers.set.size, security.isDecided], [["first", "second"], 0, true]);
  security.accept("BB");
  security.endCheck();
  assertEquals([gone.length, security.waitForCheck(() => {})], [2, false]);
});

Deno.test("a failed check releases them, and none waits again", () => {
  using test = checking();
  const { security, gone } = test;
  security.endCheck();
  assertEquals([gone, security.isDecided], [["first", "second"], false]);
  security.beginCheck();
  assertEquals([security.waitForCheck(() => {}), security.isAccepted("AA")], [false, false]);
  security.accept("AA");
  assertEquals([security.isDecided, security.isAccepted("AA"), gone.length], [true, true, 2]);
});

Deno.test("a check that takes a second releases them, and may still accept", () => {
  using test = checking();
  const { security, gone, timers } = test;
  const [{ act, ms } = { act: () => {}, ms: 0 }] = timers.set.values();
  assertEquals(ms, 1000);
  act();
  assertEquals([gone, security.waitForCheck(() => {}), security.isDecided], [["first", "second"], false, false]);
  security.accept("AA");
  assertEquals([security.isDecided, gone.length], [true, 2]);
});

Deno.test("a second connection that checks meanwhile changes nothing", () => {
  using test = checking();
  const { security, gone, timers } = test;
  security.beginCheck();
  assertEquals(timers.set.size, 1);
  security.accept("AA");
  assertEquals(gone, ["first", "second"]);
});

Deno.test("a released connection may start the next check", () => {
  using _timers = new FakeTimers();
  const security = new Security({}, "a.test");
  const gone: string[] = [];
  security.beginCheck();
  security.waitForCheck(() => {
    gone.push("first");
    security.beginCheck();
  });
  security.waitForCheck(() => gone.push("second"));
  security.endCheck();
  assertEquals(gone, ["first", "second"]);
});

Deno.test("only accepted certificates are accepted", () => {
  const security = new Security({}, "a.test");
  assertEquals([security.isAccepted(""), security.isAccepted("AA")], [false, false]);
  security.accept("AA");
  assertEquals(["AA", "BB", "", "aa"].map((one) => security.isAccepted(one)), [true, false, false, false]);
  security.accept("BB");
  assertEquals(["AA", "BB"].map((one) => security.isAccepted(one)), [true, true]);
});

Deno.test("insecure accepts everything without a check", () => {
  assert(new Security({ insecure: true }, "a.test").isDecided);
});

Deno.test("securityFor() returns the same object for options with the same list of authorities only", () => {
  const options = { caCerts: ["a.pem"] };
  const security = securityFor(options, "a.test");
  security.accept("AA");
  for (const same of [options, { ...options }, { ...options, localAddress: "127.0.0.1" }]) {
    assertEquals(securityFor(same, "a.test") === security, true);
  }
  const own = { ...options, cert: "c", key: "k" };
  for (const other of [{}, { caCerts: ["a.pem"] }, { ...options, insecure: true }, own, { ...own }]) {
    assertEquals([securityFor(other, "a.test").isAccepted("AA"), securityFor(options, "b.test").isDecided], [
      false,
      false,
    ]);
  }
  assertEquals(securityFor(options, "b.test").isDecided, false);
  assertEquals(securityFor(own, "a.test") === securityFor({ ...own }, "a.test"), false);
});

Deno.test("securityFor() forgets names beyond its limit", () => {
  const options = { caCerts: ["many names"] };
  const names = Array.from({ length: 1024 }, (_, index) => `${index}.test`);
  const all = names.map((name) => securityFor(options, name));
  assert(names.every((name, index) => securityFor(options, name) === all[index]));
  securityFor(options, "one.more.test");
  assert(securityFor(options, "0.test") !== all[0]);
});
