// .ci/run with a fake `npx`, whose two tasks print what a test prescribes.

import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../helpers/processes/command.ts";

const SCRIPT = fileURLToPath(new URL("../../.ci/run", import.meta.url));
const ignore = Deno.build.os === "windows";

/** What a task prints, and the code it ends with. */
interface TaskResult {
  readonly text: string;
  readonly code: number;
}

const BAD_TESTS: TaskResult = {
  text: [
    "running 2 tests from ./tests/two_test.ts",
    "two ...",
    "------- output -------",
    "running 1 test from ./tests/zero_test.ts",
    "zero ... FAILED (1ms)",
    "----- output end -----",
    "two ... ok (1ms)",
    "running 1 test from ./tests/three_test.ts",
    "three ... FAILED (1ms)",
    "",
    " ERRORS ",
    "",
    "three => ./tests/helpers/skippable.ts:1:6",
    "error: Error: not three",
    "",
    " FAILURES ",
    "",
    "three => ./tests/helpers/skippable.ts:1:6",
    "",
    "FAILED | 6 passed | 1 failed (2s)",
    "",
  ].join("\n"),
  code: 1,
};
/** Files that run side by side, then others one after the other. */
const BAD_TWICE: TaskResult = {
  text: [
    "./tests/one_test.ts => one ... FAILED (1ms)",
    "./tests/four_test.ts => four ... ok (1ms)",
    "",
    " ERRORS ",
    "",
    "one => ./tests/one_test.ts:1:6",
    "error: Error: not one",
    "",
    " FAILURES ",
    "",
    "one => ./tests/one_test.ts:1:6",
    "",
    "FAILED | 1 passed | 1 failed (2s)",
    BAD_TESTS.text,
    "slowest files:",
    "   1.0 s  ./tests/one_test.ts",
    "",
    "FAILED | 7 passed | 2 failed (4s)",
    "",
  ].join("\n"),
  code: 1,
};
const GOOD_TESTS: TaskResult = { text: "one ... ok (1ms)\n\nok | 7 passed | 0 failed (2s)\n", code: 0 };
const GOOD_STATIC: TaskResult = { text: "Check main.ts\nCheck lib/mod.ts\n", code: 0 };

/** @param again What the test task does when it is given files; their names are added to its output */
async function runCi(
  test: TaskResult,
  ok: TaskResult,
  again: TaskResult = { text: "", code: 1 },
): Promise<{ success: boolean; lines: string[] }> {
  const bin = await Deno.makeTempDir();
  const npx = ["#!/bin/sh", 'task=$4; [ $# -le 4 ] || { task=again; shift 4; echo "given $*"; }', `cat "${bin}/$task"`];
  for (const [task, { text, code }] of Object.entries({ test, "ok:static": ok, again })) {
    await Deno.writeTextFile(`${bin}/${task}`, text);
    npx.push(`[ $task != ${task} ] || exit ${code}`);
  }
  for (const [name, script] of [["npx", npx.join("\n")], ["apt-get", "#!/bin/sh\nexit 1\n"]] as const) {
    await Deno.writeTextFile(`${bin}/${name}`, script, { mode: 0o755 });
  }
  const { success, stdout } = await run(["bash", SCRIPT], { PATH: `${bin}:${Deno.env.get("PATH")}` });
  await Deno.remove(bin, { recursive: true });
  return { success, lines: stdout.trimEnd().split("\n") };
}

Deno.test({
  name: ".ci/run prints the tests' output and their result, and nothing of what went well before",
  ignore,
  fn: async () => {
    const { success, lines } = await runCi(GOOD_TESTS, GOOD_STATIC);
    assertEquals(lines, ["one ... ok (1ms)", "", "ok | 7 passed | 0 failed (2s)", "7 passed, 0 failed"]);
    assert(success);
  },
});

Deno.test({
  name: ".ci/run repeats the failures of both halves of the tests, and runs the files of both again",
  ignore,
  fn: async () => {
    const { success, lines } = await runCi(BAD_TWICE, GOOD_STATIC, {
      text: "ok | 2 passed | 0 failed (1s)\n",
      code: 0,
    });
    const repeated = lines.slice(lines.indexOf("FAILED | 7 passed | 2 failed (4s)"));
    assertEquals(repeated.filter((line) => /^error: |^unsteady|passed, /.test(line)), [
      "error: Error: not one",
      "error: Error: not three",
      "unsteady: 2 failed at first, and passed then",
      "9 passed, 0 failed",
    ]);
    assertEquals(repeated.filter((line) => line.startsWith("./tests/")), [
      "./tests/one_test.ts",
      "./tests/three_test.ts",
    ]);
    assertEquals(success, true);
  },
});

Deno.test({
  name: ".ci/run says at its end which tests failed and why, and which were skipped",
  ignore,
  fn: async () => {
    const text = [
      "one ... \x1b[0m\x1b[33mignored (skipped: no fish here)\x1b[0m \x1b[38;5;245m(0ms)\x1b[0m",
      "two (skipped: no zsh here) ... \x1b[0m\x1b[33mignored\x1b[0m \x1b[38;5;245m(0ms)\x1b[0m",
      "\x1b[38;5;245mrunning 1 test from ./three_test.ts\x1b[0m",
      "three ... \x1b[0m\x1b[31mFAILED\x1b[0m (1ms)",
      "",
      "\x1b[0m\x1b[1m\x1b[37m\x1b[41m ERRORS \x1b[0m",
      "",
      "three => ./three_test.ts:1:6",
      "error: Error: not three",
      "",
      "\x1b[0m\x1b[1m\x1b[37m\x1b[41m FAILURES \x1b[0m",
      "",
      "three => ./three_test.ts:1:6",
      "",
      "\x1b[0m\x1b[31mFAILED\x1b[0m | 6 passed | 1 failed | 2 ignored (2s)",
      "",
      "\x1b[0m\x1b[1m\x1b[31merror\x1b[0m: Test failed",
      "",
    ];
    const { success, lines } = await runCi({ text: text.join("\n"), code: 1 }, GOOD_STATIC);
    assertEquals(lines.slice(lines.lastIndexOf(" ERRORS ")), [
      " ERRORS ",
      "",
      "three => ./three_test.ts:1:6",
      "error: Error: not three",
      "",
      " FAILURES ",
      "",
      "three => ./three_test.ts:1:6",
      "one ... ignored (skipped: no fish here) (0ms)",
      "two (skipped: no zsh here) ... ignored (0ms)",
      "",
      "once more, by themselves:",
      "./three_test.ts",
      "given ./three_test.ts",
      "6 passed, 1 failed, 2 skipped",
    ]);
    assertEquals(success, false);
  },
});

Deno.test({
  name: ".ci/run says at its end what else than a test failed",
  ignore,
  fn: async () => {
    const { success, lines } = await runCi(GOOD_TESTS, { text: "Check main.ts\nerror: not formatted\n", code: 1 });
    assertEquals(lines.slice(-4), [
      "deno task ok:static failed with code 1:",
      "",
      "error: not formatted",
      "7 passed, 0 failed",
    ]);
    assertEquals(success, false);
    const crashed = await runCi({ text: "one ... ok (1ms)\nKilled\n", code: 137 }, GOOD_STATIC);
    assertEquals(crashed.lines, [
      "one ... ok (1ms)",
      "Killed",
      "no test result was found, deno task test ended with code 137",
      "0 passed, 0 failed",
    ]);
    assertEquals(crashed.success, false);
    const atItsEnd = await runCi({ ...GOOD_TESTS, code: 134 }, GOOD_STATIC);
    assertEquals([atItsEnd.success, ...atItsEnd.lines.slice(-2)], [
      false,
      "no test failed, but deno task test ended with code 134",
      "7 passed, 0 failed",
    ]);
  },
});

Deno.test({
  name: ".ci/run runs a few files that failed once more, and names them as unsteady where they pass then",
  ignore,
  fn: async () => {
    const { success, lines } = await runCi(BAD_TESTS, GOOD_STATIC, {
      text: "ok | 9 passed | 0 failed (1s)\n",
      code: 0,
    });
    assertEquals(lines.slice(-6), [
      "three => ./tests/helpers/skippable.ts:1:6",
      "",
      "once more, by themselves:",
      "./tests/three_test.ts",
      "unsteady: 1 failed at first, and passed then",
      "7 passed, 0 failed",
    ]);
    assert(success);
    const staticToo = await runCi(BAD_TESTS, { text: "error: not formatted\n", code: 1 }, GOOD_TESTS);
    assertEquals([staticToo.success, staticToo.lines.at(-1)], [false, "7 passed, 0 failed"]);
  },
});

Deno.test({
  name: ".ci/run finds the file of a failed example in a comment, of a failed step, and of an error outside of tests",
  ignore,
  fn: async () => {
    const text = [
      "running 1 test from ./lib/a.ts#4-7.ts",
      "file:///lib/a.ts#4-7.ts ... FAILED (1ms)",
      "running 1 test from ./tests/steps_test.ts",
      "steps ...",
      "  in ... FAILED (0ms)",
      "steps ... FAILED (due to 1 failed step) (1ms)",
      "Uncaught error from ./tests/top_test.ts FAILED",
      "FAILED | 6 passed | 3 failed (2s)",
    ].join("\n");
    const { success, lines } = await runCi({ text, code: 1 }, GOOD_STATIC, GOOD_TESTS);
    assertEquals([success, lines.at(-1)], [true, "9 passed, 0 failed"]);
    assertEquals(lines.slice(-5, -2), ["./lib/a.ts", "./tests/steps_test.ts", "./tests/top_test.ts"]);
  },
});

Deno.test({
  name: ".ci/run fails where a file fails twice, or passes without its tests",
  ignore,
  fn: async () => {
    for (const again of [{ text: "FAILED | 8 passed | 1 failed (1s)\n", code: 1 }, { text: "", code: 0 }]) {
      const { success, lines } = await runCi(BAD_TESTS, GOOD_STATIC, again);
      assertEquals([success, lines.at(-1)], [false, "6 passed, 1 failed"]);
      assert(lines.includes("given ./tests/three_test.ts"));
    }
  },
});

Deno.test({
  name: ".ci/run fails at once where many files fail",
  ignore,
  fn: async () => {
    const files = [1, 2, 3, 4].map((file) => `running 1 test from ./tests/${file}_test.ts\none ... FAILED (1ms)`);
    const text = [...files, " ERRORS ", " FAILURES ", "FAILED | 6 passed | 4 failed (2s)", ""].join("\n");
    const { success, lines } = await runCi({ text, code: 1 }, GOOD_STATIC, GOOD_TESTS);
    assertEquals([success, lines.at(-1)], [false, "6 passed, 4 failed"]);
  },
});
