// What a script without types may pass by mistake.

import { assertEquals, assertMatch, assertRejects } from "@std/assert";
import { describeError } from "../../../lib/core/error_site.ts";
import type { RequestOptions } from "../../../lib/http/client/request_options.ts";
import { errorsOf, testClient } from "../../helpers/http/client.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

Deno.test("a number as name becomes a row named by its digits", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  await test.client.get("/item/7", { name: JSON.parse("7") });
  assertEquals(test.summary().rows.map((row) => row.name), ["7"]);
  test.client.endJudging();
  assertEquals(test.judged[0]!.series.name, "7");
});

Deno.test("a target that is not a string or URL throws a TypeError at the user's line, and sends nothing", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const { client } = test;
  for (const target of [7, undefined, null, { path: "/" }] as unknown[]) {
    const given = target as string;
    for (
      const send of [
        () => client.get(given),
        () => client.post(given, { json: 1 }),
        () => client.get(given, () => {}),
        () => client.ws(given),
      ]
    ) {
      const error = await assertRejects(
        send,
        TypeError,
        `Cannot request ${Deno.inspect(target)}: expected a string or`,
      );
      assertMatch(describeError(error), /\(misuse_test\.ts:\d+\)$/);
    }
  }
  assertEquals([test.summary().rows, server.hits], [[], 0]);
});

const MISSPELT: [options: unknown, problem: string][] = [
  [{ heders: { a: "b" } }, 'with heders: unknown option, did you mean "headers"?'],
  [{ json: 1, tiemout: 5 }, 'with tiemout: unknown option, did you mean "timeout"?'],
  [
    { method: "PUT" },
    "with method: unknown option, expected one of headers, body, json, form, query, name, timeout, raiseForStatus, redirect, " +
    "maxRedirects, signal",
  ],
  ["a=1", 'with "a=1": expected options such as { json: … }'],
];

for (const [options, problem] of MISSPELT) {
  Deno.test(`a request with the options ${Deno.inspect(options)} throws a TypeError at the user's line, and sends nothing`, async () => {
    await using server = startServer();
    await using test = testClient(server.url);
    const given = options as RequestOptions;
    for (const send of [() => test.client.post("/", given), () => test.client.get("/", given, () => {})]) {
      const error = await assertRejects(send, TypeError);
      assertEquals(error.message, `Cannot send a request ${problem}`);
      assertMatch(describeError(error), /\(misuse_test\.ts:\d+\)$/);
    }
    assertEquals([test.summary().rows, server.hits], [[], 0]);
  });
}

Deno.test("resp.error = undefined reverts to the status, and an empty string fails the request with a message", async () => {
  await using server = startServer();
  await using test = testClient(server.url);
  const good = await test.client.get("/");
  good.error = "bad";
  good.error = undefined;
  assertEquals(good.error, null);
  for (const empty of ["", " ", new Error(" ")]) {
    good.error = empty;
    assertEquals(good.error, "failed by the script");
  }
  good.error = JSON.parse("5");
  assertEquals(good.error as unknown, "5");
  good.error = true;
  const bad = await test.client.get("/status/404");
  bad.error = undefined;
  assertEquals(bad.error, "404 Not Found");
  assertEquals(errorsOf(test.summary()), ["1 failed by the script", "1 404 Not Found"]);
});
