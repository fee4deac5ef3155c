import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../../helpers/processes/command.ts";

const entry = (path: string) => ({
  startedDateTime: "2026-01-02T03:04:05.000Z",
  time: 12,
  request: { method: "GET", url: `http://shop.test${path}`, headers: [] },
  response: { status: 200, headers: [], content: { mimeType: "text/html", text: "<h1>Shop</h1>" } },
});

async function inFolder(body: (cwd: string) => Promise<void>): Promise<void> {
  const cwd = await Deno.makeTempDir();
  try {
    await body(cwd);
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

Deno.test("locust import writes a file, and overwrites only with --force", async () => {
  await inFolder(async (cwd) => {
    const entries = [entry("/"), entry("/item/7"), { request: {} }];
    await Deno.writeTextFile(`${cwd}/shop.har`, JSON.stringify({ log: { entries } }));
    const made = await locust(["import", "shop.har", "-o", "locustfile.ts"], { cwd });
    assertEquals([made.code, made.stdout, made.stderr], [
      0,
      "",
      "Wrote locustfile.ts; now run: locust check locustfile.ts\n",
    ]);
    const text = await Deno.readTextFile(`${cwd}/locustfile.ts`);
    assertStringIncludes(text, "// Left out: entry 3, it has no response.\n");
    const again = await locust(["import", "shop.har", "-o", "locustfile.ts"], { cwd });
    assertEquals([again.code, again.stderr], [
      1,
      `Cannot write "locustfile.ts": the file exists already, expected a new path, or --force\n`,
    ]);
    assertEquals((await locust(["import", "shop.har", "-o", "locustfile.ts", "--force"], { cwd })).code, 0);
    assertEquals((await locust(["import", "shop.har"], { cwd })).stdout, text);
  });
});

for (
  const [what, text, message] of [
    ["cut short", `{"log": {"entries": [\n  {"request"`, "JSON ends too early, at line 2, column 13"],
    ["broken JSON", `{"log": {,}}`, "not JSON at line 1, column 10"],
    ["no entries", `{"log": {"entries": []}}`, "log.entries is empty, expected recorded requests"],
    ["no list", `{"log": {}}`, "no list at log.entries, expected a HAR file"],
    ["nothing whole", `{"log": {"entries": [3]}}`, "entry 1: not an object, expected recorded requests"],
    ["an unknown kind", `{"a": 1}`, "unknown kind of file, expected a HAR file"],
    ["an empty file", "", "it is empty"],
  ] as const
) {
  Deno.test(`locust import of ${what} is one line that names the place, exit 1`, async () => {
    await inFolder(async (cwd) => {
      await Deno.writeTextFile(`${cwd}/x.har`, text);
      const { code, stdout, stderr } = await locust(["import", "x.har"], { cwd });
      assertEquals([code, stdout], [1, ""]);
      assertMatch(stderr, /^Cannot import "x\.har": [^\n]*\n$/);
      assertStringIncludes(stderr, message);
    });
  });
}

Deno.test("locust import lists all problems of its options, exit 2", async () => {
  const { code, stderr } = await locust(["import", "--from", "hra", "--think-times", "5s-1s", "--ouput", "x"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, `Cannot use --ouput: unknown option, did you mean "--output"?\n`);
  assertStringIncludes(stderr, `Cannot use --from "hra": unknown kind, expected one of har, openapi`);
  assertStringIncludes(stderr, `Cannot use --think-times "5s-1s": the first time is longer`);
});
