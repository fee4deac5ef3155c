// Runs all tests: first those that measure nothing, side by side; then those that measure time but mostly wait, two at
// once; then those that need the machine for themselves. Ends with the ten slowest files and one result line in the form
// of `deno test`. If files are given, it runs only these, one after the other. Types are not checked: that is the part of
// `deno task ok:static`.

import { ALONE_MARK, TIMED_MARK, UNTIMED_ONLY } from "../tests/helpers/timed_test.ts";
import { walk } from "../tests/helpers/walk.ts";

/** Files that import this one have tests that measure time and would distort each other's figures. */
const MEASURING_IMPORT = "/helpers/timed_test.ts";
/** Files that take long begin before others of their group, so that none of them runs alone at the end. */
const LONGEST = [
  "tests/cli/terminal/live_keys_test.ts",
  "tests/program_test.ts",
  "tests/recipes_test.ts",
  "tests/soak_test.ts",
];
/** Test files at once for each core, as most of them wait for other processes half of their time. */
const FILES_PER_CORE = 2;
const SLOWEST_SHOWN = 10;
const RESULT = /^(?:ok|FAILED) \| (\d+) passed.*? \| (\d+) failed(?: \| (\d+) ignored)?.*$/gm;

interface Outcome {
  readonly code: number;
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
  /** Seconds by file. */
  readonly files: ReadonlyMap<string, number>;
}

/** Runs `deno test` and forwards its output. */
async function test(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", ...args],
    env: { TESTS_BINARY_FOLDER: binaryFolder, ...env },
    stdin: "null",
    stdout: "piped",
  }).spawn();
  let output = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    await writeAll(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const { code } = await child.status;
  // deno-lint-ignore no-control-regex -- colours begin with one
  const plain = output.replaceAll(/\x1b\[[\d;]*m/g, "");
  const [, passed, failed, ignored] = [...plain.matchAll(RESULT)].at(-1) ?? [];
  const counts = { passed: Number(passed ?? 0), failed: Number(failed ?? 0), ignored: Number(ignored ?? 0) };
  return { code, ...counts, files: secondsByFile(plain) };
}

/** Sums the times of tests by their file, which stands before each test, or before all tests of a file. */
function secondsByFile(output: string): Map<string, number> {
  const files = new Map<string, number>();
  let file = "";
  for (const line of output.split("\n")) {
    file = /^running \d+ tests? from (\S+)$/.exec(line)?.[1] ?? /^(\.\/\S+) => /.exec(line)?.[1] ?? file;
    const [, minutes, seconds, ms] = / \.\.\. (?:ok|FAILED) \((?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?\)$/.exec(line) ?? [];
    const time = Number(minutes ?? 0) * 60 + Number(seconds ?? 0) + Number(ms ?? 0) / 1000;
    files.set(file, (files.get(file) ?? 0) + time);
  }
  return files;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await Deno.stdout.write(rest));
}

/** Returns the test files, in the order in which those of a folder begin. */
function testFiles(): string[] {
  const files = [...walk("tests"), ...walk("links")].filter((path) => path.endsWith("_test.ts")).sort();
  return [...files.filter((path) => LONGEST.includes(path)), ...files.filter((path) => !LONGEST.includes(path))];
}

async function main(given: readonly string[]): Promise<number> {
  const beginMs = performance.now();
  const outcomes: Outcome[] = [];
  if (given.length > 0) outcomes.push(await test(given));
  else {
    const jobs = `${navigator.hardwareConcurrency * FILES_PER_CORE}`;
    const files = testFiles();
    const longest = files.filter((path) => LONGEST.includes(path));
    outcomes.push(await test(["--doc", "--parallel", ...longest, "."], { [UNTIMED_ONLY]: "1", DENO_JOBS: jobs }));
    const measuring = files.filter((path) => Deno.readTextFileSync(path).includes(MEASURING_IMPORT));
    outcomes.push(await test(["--parallel", `--filter=${TIMED_MARK}`, ...measuring], { DENO_JOBS: "2" }));
    outcomes.push(await test([`--filter=${ALONE_MARK}`, ...measuring]));
  }
  const sum = (count: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + count(outcome), 0);
  const slowest = outcomes.flatMap(({ files }) => [...files]).sort(([, a], [, b]) => b - a).slice(0, SLOWEST_SHOWN);
  const code = outcomes.find((outcome) => outcome.code !== 0)?.code ?? 0;
  const [passed, failed, ignored] = [sum((one) => one.passed), sum((one) => one.failed), sum((one) => one.ignored)];
  const seconds = Math.round((performance.now() - beginMs) / 1000);
  await writeAll(
    new TextEncoder().encode([
      "",
      "slowest files:",
      ...slowest.map(([name, time]) => `${time.toFixed(1).padStart(6)} s  ${name}`),
      "",
      `${code === 0 ? "ok" : "FAILED"} | ${passed} passed | ${failed} failed${
        ignored > 0 ? ` | ${ignored} ignored` : ""
      } (${seconds}s)`,
      "",
    ].join("\n")),
  );
  return code;
}

Deno.chdir(new URL("../", import.meta.url));
/** The first test file that needs the standalone binary compiles it to this folder, for all. */
const binaryFolder = await Deno.makeTempDir({ prefix: "locust binary " });
const code = await main(Deno.args);
await Deno.remove(binaryFolder, { recursive: true });
Deno.exit(code);
