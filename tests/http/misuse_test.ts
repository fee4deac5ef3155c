// What a script without types may hand over by mistake.

import { assertEquals } from "@std/assert";
import { testClient } from "../helpers/client.ts";
import { startServer } from "../helpers/test_server.ts";

Deno.test("a name that is a number names the row by its digits", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  await test.client.get("/item/7", { name: JSON.parse("7") });
  assertEquals(test.summary().rows.map((row) => row.name), ["7"]);
  test.client.endJudging();
  assertEquals(test.judged[0]!.series.name, "7");
});
