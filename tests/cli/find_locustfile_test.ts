import { assertEquals, assertRejects } from "@std/assert";
import { findLocustfile } from "../../lib/cli/find_locustfile.ts";
import { ScriptError, UsageError } from "../../lib/core/errors.ts";
import { FakeProcess } from "../helpers/runs/fake_process.ts";

const PROCESS = new FakeProcess({
  files: ["/project/shop.ts", "/project/full/locustfile.js", "/project/localhost:1"],
  folders: ["/project/full", "/project/empty.d"],
  devices: ["/dev/full"],
});

for (
  const [given, path] of [
    ["shop.ts", "/project/shop.ts"],
    ["file:///project/shop.ts", "/project/shop.ts"],
    ["localhost:1", "/project/localhost:1"],
    [undefined, null],
  ] as const
) {
  Deno.test(`findLocustfile() finds ${given}`, async () => {
    assertEquals(await findLocustfile(PROCESS, given), path);
  });
}

for (
  const address of [
    "localhost:8080",
    "localhost",
    "localhost/a",
    "example.com",
    "10.0.0.1:80/x?y",
    "[::1]:80",
    "web:80",
  ]
) {
  Deno.test(`locust ${address} asks whether a URL was meant`, async () => {
    const error = await assertRejects(() => findLocustfile(PROCESS, address), UsageError);
    assertEquals(error.problems, [`Cannot open "${address}": no such file, did you mean "http://${address}"?`]);
  });
}

for (
  const [given, message] of [
    ["nope.ts", `Cannot open locustfile "/project/nope.ts": no such file`],
    ["load/tests", `Cannot open locustfile "/project/load/tests": no such file`],
    ["my.load/tests.mts", `Cannot open locustfile "/project/my.load/tests.mts": no such file`],
    ["/dev/full", `Cannot open locustfile "/dev/full": a device or pipe, expected a file`],
    ["empty.d", `Cannot open locustfile "/project/empty.d": a folder, expected a file`],
  ] as const
) {
  Deno.test(`locust ${given} cannot be opened`, async () => {
    assertEquals((await assertRejects(() => findLocustfile(PROCESS, given), ScriptError)).message, message);
  });
}

Deno.test("locust <folder> names the locustfile in it", async () => {
  const error = await assertRejects(() => findLocustfile(PROCESS, "full/"), ScriptError);
  assertEquals(error.hint, `Run "locust /project/full/locustfile.js".`);
});

for (
  const [given, problem] of [
    ["-", `Cannot run "-": a locustfile cannot come from stdin, expected a file or a URL`],
    ["/dev/stdin", `Cannot run "/dev/stdin": a locustfile cannot come from stdin, expected a file or a URL`],
    ["ws://a/", `Cannot run "ws://a/": ws: is not supported, expected http:// or https://`],
  ] as const
) {
  Deno.test(`locust ${given} is refused with its own message`, async () => {
    assertEquals((await assertRejects(() => findLocustfile(PROCESS, given), UsageError)).problems, [problem]);
  });
}
