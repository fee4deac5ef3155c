// Which cookies of servers and scripts are stored.

import { assertEquals } from "@std/assert";
import { CookieStore, prepareCookies } from "../../../lib/http/client/cookies.ts";

await prepareCookies();

const URL_SET = "http://127.0.0.1/";

Deno.test("CookieStore.set() does not store a cookie with an empty name and value", () => {
  for (const line of ["=", "", " = ", "=; Path=/", ";", "; id=7", "\t=\t;"]) {
    const store = new CookieStore();
    store.set("id=7", URL_SET);
    const { version } = store;
    store.set(line, URL_SET);
    assertEquals([store.line(URL_SET), store.version], ["id=7", version], JSON.stringify(line));
  }
});

Deno.test("CookieStore.set() stores a cookie with only a name or only a value", () => {
  for (const [line, sent] of [["id=", "id="], ["=7", "7"], ["7", "7"]] as const) {
    const store = new CookieStore();
    store.set(line, URL_SET);
    assertEquals(store.line(URL_SET), sent);
  }
});

Deno.test("CookieStore.set() drops a cookie of more than 4,096 bytes, and reports it", () => {
  const dropped: string[] = [];
  const store = new CookieStore((name, bytes) => dropped.push(`${name} ${bytes}`));
  store.set(`id=${"v".repeat(4094)}; Path=/; Domain=127.0.0.1; Comment=${"c".repeat(5000)}`, URL_SET);
  assertEquals([store.get("id", URL_SET)?.length, dropped], [4094, []]);
  store.set(` id = ${"v".repeat(4095)} ; Path=/`, URL_SET);
  store.set("n".repeat(5000), URL_SET);
  assertEquals([store.get("id", URL_SET)?.length, dropped], [4094, ["id 4097", " 5000"]]);
});
