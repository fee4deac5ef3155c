// Options of Locust, k6, wrk and oha are refused with their name here.

import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { longNames } from "../../../lib/cli/flags/flag.ts";
import { FLAGS } from "../../../lib/cli/flags/flags.ts";
import { FOREIGN_WORDS } from "../../../lib/cli/flags/foreign_words.ts";
import { parseCommandLine } from "../../../lib/cli/parse.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { locust } from "../../helpers/processes/command.ts";

function problemsOf(line: string): readonly string[] {
  const error = assertThrows(() => parseCommandLine(line.split(" "), { get: () => undefined, names: () => [] }));
  assertInstanceOf(error, UsageError);
  return error.problems;
}

for (
  const [line, problems] of [
    ["--run-time 1m", ["Cannot use --run-time 1m: use --duration 1m"]],
    ["--run-time=1m", ["Cannot use --run-time 1m: use --duration 1m"]],
    ["--run-time", ["Cannot use --run-time: use --duration <time>"]],
    ["--spawn-rate 5 shop.ts", ["Cannot use --spawn-rate 5: use --rate 5"]],
    ["--headless shop.ts", ["Cannot use --headless: not needed, leave it out"]],
    ["--headless=true", ["Cannot use --headless: not needed, leave it out"]],
    ["--insecure-skip-tls-verify=true", ["Cannot use --insecure-skip-tls-verify: use --insecure"]],
    ["-f shop.ts", ["Cannot use -f shop.ts: the file stands by itself"]],
    ["--vus 10", ["Cannot use --vus 10: use --users 10"]],
    ["-c10 http://a/", ["Cannot use -c 10: use --users 10"]],
    ["-z 10s", ["Cannot use -z 10s: use --duration 10s"]],
    ["-n 100", ["Cannot use -n 100: use --iterations 100"]],
    ["-t=30s", ["Cannot use -t 30s: use --duration 30s"]],
    ["-n -u 5", ["Cannot use -n: use --iterations <number>"]],
    ["-f a.ts --headless -t 1m -u x", [
      "Cannot use -f a.ts: the file stands by itself",
      "Cannot use --headless: not needed, leave it out",
      "Cannot use -t 1m: use --duration 1m",
      `Cannot use -u "x": not a whole number, expected 1 or more`,
    ]],
    // Misspelt options of ours are no short options of others.
    ["-config x", [`Cannot use -config: unknown option, did you mean "--config"?`]],
    ["--headlesss", [`Cannot use --headlesss: unknown option, see "locust --help"`]],
  ] as const
) {
  Deno.test(`locust ${line} is refused with its name here`, () => {
    assertEquals(problemsOf(line), problems);
  });
}

Deno.test("foreign words are unique, are not options here, and each has an option here or advice", () => {
  const ours = FLAGS.flatMap((flag) => [...longNames(flag).map((name) => `--${name}`), `-${flag.short}`]);
  const words = FOREIGN_WORDS.flatMap((word) => word.words);
  assertEquals(words.filter((word) => ours.includes(word)), []);
  assertEquals(new Set(words).size, words.length);
  for (const { ours: long, advice } of FOREIGN_WORDS) {
    assertEquals(long === null ? advice !== undefined : ours.includes(`--${long}`), true, String(long));
  }
});

Deno.test("locust with options of other tools lists them all and exits with 2", async () => {
  const { code, stdout, stderr } = await locust(["-f", "x.ts", "--run-time", "1m", "--headless", "--vus", "3"], {
    env: { LOCUST_RUN_TIME: "1m" },
  });
  assertEquals([code, stdout], [2, ""]);
  assertEquals(
    stderr,
    "Cannot use -f x.ts: the file stands by itself\n" +
      "Cannot use --run-time 1m: use --duration 1m\n" +
      "Cannot use --headless: not needed, leave it out\n" +
      "Cannot use --vus 3: use --users 3\n" +
      'Try "locust --help".\n',
  );
});
