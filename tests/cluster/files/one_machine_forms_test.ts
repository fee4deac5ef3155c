import { assertEquals } from "@std/assert";
import { oneMachineForms } from "../../../lib/cluster/files/one_machine_forms.ts";

Deno.test("oneMachineForms() names each synchronous use with its line and what to write in its place", () => {
  const text = [
    `import { shared } from "@x/locust";`,
    `const paid = shared.counter("paid"), orders: SharedQueue<number> = shared.queue<number>("orders");`,
    `class Payer { #mine = shared.queue("mine"); static all = shared.counter("all"); }`,
    "// paid.add() in a comment; 'orders.length'",
    "paid.add();",
    "if (orders.length > 0) orders.tryTake();",
    "log.info(`${paid.value} paid`);",
    "this.#mine.tryTake(); Payer.all.add(2);",
    "await paid.next(); await orders.take(); list.length; prepaid.add(1); set.add(1);",
  ].join("\n");
  assertEquals(oneMachineForms([{ path: "locustfile.ts", text }]), [
    "Cannot use paid.add() (locustfile.ts:5): it acts on one machine, expected await paid.next()",
    "Cannot use orders.length (locustfile.ts:6): it acts on one machine, expected await orders.size()",
    "Cannot use orders.tryTake() (locustfile.ts:6): it acts on one machine, expected await orders.take({ timeout: 0 })",
    "Cannot use paid.value (locustfile.ts:7): it acts on one machine, expected await paid.next(0)",
    "Cannot use #mine.tryTake() (locustfile.ts:8): it acts on one machine, expected await #mine.take({ timeout: 0 })",
    "Cannot use all.add() (locustfile.ts:8): it acts on one machine, expected await all.next()",
  ]);
});

Deno.test("oneMachineForms() follows names into the modules that import them", () => {
  const sources = [
    { path: "shop/orders.ts", text: `export const orders = shared.queue("orders");` },
    { path: "locustfile.ts", text: `import { orders as all, other } from "./shop/orders.ts";\nall.tryTake();` },
    { path: "b.ts", text: `import { orders } from "./shop/orders.ts";\norders.tryTake();` },
    { path: "c.ts", text: `const orders = [];\norders.length;` },
  ];
  assertEquals(oneMachineForms(sources), [
    "Cannot use orders.tryTake() (b.ts:2): it acts on one machine, expected await orders.take({ timeout: 0 })",
  ]);
});
