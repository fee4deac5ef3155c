// Client settings as a function of the user.

import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ClientContexts } from "../../../lib/engine/worker/client_contexts.ts";
import { resolveOptions } from "../../../lib/engine/options/resolve_options.ts";
import type { RunnerOptions } from "../../../lib/engine/options/options.ts";
import { ScriptError } from "../../../lib/core/errors.ts";
import { type ClientUser, HttpUser, type UserClass } from "../../../lib/script/user.ts";
import { Recorder } from "../../../lib/stats/recorder.ts";

function contexts(options: RunnerOptions = {}, data: unknown = null): ClientContexts {
  return new ClientContexts({
    options: resolveOptions({ url: "http://a.test/", ...options }),
    data,
    recorder: new Recorder(),
    capQueue: () => null,
    onJudged: () => {},
    onPrint: () => {},
    onUnusable: () => {},
  });
}

/** A class with client settings, as a script without types may have them. */
function classWith(client: unknown): UserClass {
  return class Buyer extends HttpUser {
    static override client = client as typeof HttpUser.client;
    override run() {}
  };
}

Deno.test("a function gives each user its settings, once, from its number and what setup() returned", () => {
  const asked: number[] = [];
  const all = contexts({}, { names: ["ann", "bob", "cid"] });
  const buyer = classWith(({ id, data }: ClientUser) => {
    asked.push(id);
    return { headers: { "x-name": data.names[id] }, timeout: id + 1 };
  });
  const names = [0, 1, 2, 1].map((id) => all.of(buyer, id).headers.find(([name]) => name === "x-name")?.[1]);
  assertEquals([names, asked], [["ann", "bob", "cid", "bob"], [0, 1, 2]]);
  assertEquals(all.of(buyer, 2).timeoutMs, 3000);
  assertEquals([...all.all()].length, 3);
});

Deno.test("users of a class with an object have one context", () => {
  const all = contexts();
  const buyer = classWith({ timeout: 1 });
  assertEquals(all.of(buyer, 0) === all.of(buyer, 1), true);
});

Deno.test("users with equal authorities have one list of them, whose checks they share", () => {
  const all = contexts();
  const buyer = classWith(({ id }: ClientUser) => ({ caCerts: [], headers: { "x-id": String(id) } }));
  const [first, second] = [0, 1].map((id) => all.of(buyer, id).transportOptions.caCerts);
  assertEquals([first === second, first], [true, []]);
});

for (
  const [what, client, problem] of [
    ["throws", () => {
      throw new Error("no certificate");
    }, "static client threw for user 0: no certificate"],
    ["returns nothing", () => {}, "static client returned undefined for user 0, expected an object with settings"],
    ["returns a promise", () => Promise.resolve({}), "static client returned Promise { {} } for user 0"],
    ["returns a wrong setting", () => ({ timeout: "x" }), 'static client.timeout is "x": expected a number'],
    ["returns half a pair", () => ({ key: "k" }), "client.cert and client.key belong together"],
    ["returns an address", () => ({ localAddress: "a.test" }), 'client.localAddress is "a.test": expected an IP'],
    [
      "returns an address of others",
      () => ({ localAddress: "192.0.2.1" }),
      'client.localAddress is "192.0.2.1": not an address of this machine',
    ],
  ] as const
) {
  Deno.test(`prepare() refuses a function that ${what} for the first user`, () => {
    const error = assertThrows(() => contexts().prepare(classWith(client)), ScriptError);
    assertStringIncludes(error.message, `Cannot run class Buyer: `);
    assertStringIncludes(error.message, problem);
  });
}

Deno.test("a class's own way to the server replaces the options'", () => {
  const all = contexts({ proxy: "http://p.test:1" });
  const way = (client: unknown) => {
    const { proxy, connectTo } = all.of(classWith(client), 0).transportOptions;
    return [proxy, connectTo];
  };
  assertEquals(way({}), ["http://p.test:1", undefined]);
  assertEquals(way({ connectTo: "h:1" }), [undefined, "h:1"]);
});
