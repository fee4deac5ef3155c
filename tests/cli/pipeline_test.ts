// What a pipeline sees of the real command: exit codes, JSON, quiet, the job's page.

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { locust } from "../helpers/processes/command.ts";
import { startServer } from "../helpers/servers/test_server.ts";

Deno.test("locust --threshold exits with 99 when one fails, and shows each verdict", async () => {
  await using server = startServer();
  const args = [`${server.url}/x`, "-i", "5", "--threshold", "p95 < 10s", "--threshold", "rate > 1000000/s"];
  const { code, stdout } = await locust(args);
  assertEquals(code, 99);
  assertMatch(stdout, / Verdict +Threshold +Measured *\n pass +p95 < 10s +\d.*ms *\n fail +rate > 1000000\/s +\d.*\/s/);
});

Deno.test("locust --threshold with a bad expression exits with 2 and sends nothing", async () => {
  await using server = startServer();
  const { code, stderr } = await locust([server.url, "-i", "5", "--threshold", "p95 < fast"]);
  assertEquals([code, server.hits], [2, 0]);
  assertStringIncludes(stderr, 'Cannot use --threshold "p95 < fast": expected a time with a unit');
});

Deno.test("locust --json - writes only one JSON document to stdout", async () => {
  await using server = startServer();
  const { code, stdout, stderr } = await locust([`${server.url}/x`, "-i", "5", "--json", "-", "--quiet"]);
  assertEquals([code, stderr], [0, ""]);
  assertEquals(JSON.parse(stdout).total.count, 5);
});

Deno.test("locust --quiet --json FILE prints nothing and creates the folder", async () => {
  await using server = startServer();
  const folder = await Deno.makeTempDir();
  const { code, stdout, stderr } = await locust([server.url, "-i", "2", "-q", "--json", `${folder}/a/summary.json`]);
  assertEquals([code, stdout, stderr], [0, "", ""]);
  assertEquals(JSON.parse(await Deno.readTextFile(`${folder}/a/summary.json`)).run.iterations, 2);
  const unwritable = await locust([server.url, "-i", "2", "--json", folder]);
  await Deno.remove(folder, { recursive: true });
  assertEquals([unwritable.code, server.hits], [2, 2]);
  assertMatch(unwritable.stderr, /^Cannot use --json ".*": is a directory, expected the path of a file to write/);
});

Deno.test("a job summary that cannot be written is reported and does not change the result", async () => {
  await using server = startServer();
  const env = { GITHUB_STEP_SUMMARY: "/nowhere/at/all.md" };
  const { code, stderr } = await locust([server.url, "-i", "1"], { env });
  assertMatch(
    stderr,
    /\nCannot write the job summary to "\/nowhere\/at\/all\.md" \(GITHUB_STEP_SUMMARY\): no such file\n$/,
  );
  assertEquals([code, server.hits], [0, 1]);
});

Deno.test("on GitHub Actions a Markdown summary is appended to the job summary", async () => {
  await using server = startServer();
  const path = await Deno.makeTempFile();
  await Deno.writeTextFile(path, "before\n");
  const env = { GITHUB_STEP_SUMMARY: path };
  const { code } = await locust([`${server.url}/status/404`, "-i", "3", "--threshold", "failures < 1%"], { env });
  const text = await Deno.readTextFile(path);
  await Deno.remove(path);
  assertEquals(code, 99);
  assertMatch(text, /^before\n## Load test `http/);
  assertMatch(text, /\| GET \| `http:[^|]*\/status\/404` \| 3 \| 3 \(100\.0%\) \|/);
  assertMatch(text, /\| fail \| `failures < 1%` \| 100\.0% \|/);
  assertMatch(text, /\| 404 Not Found \| 3 \|/);
});
