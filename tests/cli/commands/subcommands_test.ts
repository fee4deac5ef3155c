import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { completionScript, SHELLS } from "../../../lib/cli/commands/completions.ts";
import { FLAGS } from "../../../lib/cli/flags/flags.ts";
import { locust, run } from "../../helpers/processes/command.ts";
import { locustfile } from "../../helpers/runs/run.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

Deno.test("locust init writes a locustfile that runs as it is, and never overwrites", async () => {
  await using server = startServer();
  const cwd = await Deno.makeTempDir();
  const made = await locust(["init", "--deno"], { cwd });
  assertEquals([made.code, made.stderr], [0, ""]);
  assertMatch(made.stdout, /^Wrote locustfile\.ts\nWrote deno\.json\n/);
  assertMatch(JSON.parse(await Deno.readTextFile(`${cwd}/deno.json`)).imports["@x/locust"], /^jsr:@x\/locust@\^/);
  const checked = await run([Deno.execPath(), "check", "--quiet", `${cwd}/locustfile.ts`]);
  assertEquals([checked.success, checked.stdout], [true, ""], checked.stderr);
  await Deno.writeTextFile(`${cwd}/deno.json`, "{}");
  const again = await locust(["init", "--deno"], { cwd });
  assertEquals([again.code, again.stdout, await Deno.readTextFile(`${cwd}/deno.json`)], [1, "", "{}"]);
  assertMatch(again.stderr, /^Cannot write ".*locustfile\.ts" and ".*deno\.json": the files exist already\n$/);
  await Deno.remove(`${cwd}/deno.json`);
  assertMatch(
    (await locust(["init"], { cwd })).stderr,
    /^Cannot write ".*locustfile\.ts": the file exists already\n$/,
  );
  await Deno.writeTextFile(`${cwd}/locustfile.ts`, `${await Deno.readTextFile(`${cwd}/locustfile.ts`)}// mine\n`);
  const joined = await locust(["init", "--deno"], { cwd });
  assertMatch(joined.stdout, /^Kept the existing locustfile\.ts\nWrote deno\.json\n/);
  assertMatch(await Deno.readTextFile(`${cwd}/locustfile.ts`), /\/\/ mine\n$/);
  await Deno.remove(`${cwd}/deno.json`);
  const ran = await locust(["-H", server.url, "-i", "2", "-u", "2"], { cwd });
  await Deno.remove(cwd, { recursive: true });
  assertEquals([ran.code, server.hits], [0, 2]);
});

Deno.test("locust init reports where it cannot write", async () => {
  const cwd = await Deno.makeTempDir();
  await Deno.symlink("/nowhere/at/all", `${cwd}/locustfile.ts`); // no file, and in the way of one
  const { code, stdout, stderr } = await locust(["init"], { cwd });
  await Deno.remove(cwd, { recursive: true });
  assertEquals([code, stdout], [1, ""]);
  assertMatch(stderr, /^Cannot write ".*locustfile\.ts": file exists\n$/);
});

Deno.test("locust check lists the contents of a locustfile and sends nothing", async () => {
  await using server = startServer();
  const user = (name: string, member: string) =>
    `export class ${name} extends HttpUser { ${member} override async run() { await this.client.get("/"); } }`;
  await using file = await locustfile(`import { HttpUser } from "@x/locust";
    import { assert } from "@std/assert"; // which a run can import, too
    assert(HttpUser);
    ${user("Shopper", "static override weight = 3;")} ${user("Clerk", "")} ${
    user("Probe", "static override fixedCount = 1;")
  }
    export const thresholds = ["p95 < 1s"];
    export function setup() { throw new Error("called"); }`);
  const { code, stdout, stderr } = await locust(["check", file.path, "-H", server.url]);
  assertEquals([code, stderr, server.hits], [0, "", 0]);
  assertEquals(
    stdout.split("\n").slice(1).join("\n"),
    [
      "  3 user classes:",
      "    Clerk    weight 1, 25.0% of the users",
      "    Probe    always 1 user",
      "    Shopper  weight 3, 75.0% of the users",
      "  hooks: setup",
      "  thresholds: p95 < 1s",
      "  types: checked",
      "No problems found.",
      "",
    ].join("\n"),
  );
});

Deno.test("locust check shows the tasks of a class with their shares and tags, and only those that --only selects", async () => {
  const source = `import { HttpUser } from "@x/locust";
    export class Shopper extends HttpUser {
      static tasks = { browse: 3, buy: { weight: 1, tags: ["smoke"] } };
      async browse() { await this.client.get("/"); }
      async buy() { await this.client.post("/"); }
    }`;
  await using file = await locustfile("", { "shop.js": source });
  const tasksOf = async (...options: string[]) =>
    (await locust(["check", `${file.folder}/shop.js`, ...options])).stdout.split("\n").filter((line) =>
      line.startsWith("      ")
    );
  assertEquals(await tasksOf(), [
    "      browse  weight 3, 75.0% of the iterations",
    "      buy     weight 1, 25.0% of the iterations, tag:smoke",
  ]);
  assertEquals(await tasksOf("--only", "tag:smoke"), [
    "      buy  weight 1, 100.0% of the iterations, tag:smoke",
  ]);
});

Deno.test("locust check and a run list unused exports of a locustfile", async () => {
  await using server = startServer();
  await using file = await locustfile(`import { HttpUser, type LocustClientSession } from "@x/locust";
    export * from "@x/locust";
    export class Shopper extends HttpUser { override async run() { await this.client.get("/"); } }
    export abstract class Clerk extends HttpUser { async rum() { await this.client.get("/"); } }
    export class Plain { async run() {} }
    export async function run(client: LocustClientSession) { await client.get("/"); }`);
  const notes = [
    "Class Clerk runs no users: it has no method run",
    "Class Plain runs no users: it extends neither HttpUser nor User",
    "The function run is left out: the locustfile has user classes",
  ];
  const checked = await locust(["check", file.path]);
  assertStringIncludes(checked.stdout, `\n  note: ${notes.join("\n  note: ")}\nNo problems found.\n`, checked.stderr);
  const ran = await locust([file.path, "-H", server.url, "-i", "1"]);
  for (const note of notes) assertStringIncludes(ran.stderr, ` INFO ${note}\n`);
});

Deno.test("locust check lists classes that are not used beside a function run", async () => {
  const source = `
    export class Plain { async run(client) { await client.get("/plain"); } }
    export class Helper { help() {} }
    export async function run(client) { await client.get("/"); }`;
  await using file = await locustfile("", { "plain.js": source });
  const { stdout } = await locust(["check", `${file.folder}/plain.js`]);
  const notes = stdout.split("\n").filter((line) => line.startsWith("  note:"));
  assertEquals(notes, ["  note: Class Plain runs no users: it extends neither HttpUser nor User"]);
});

Deno.test("locust warns of an unknown variable and runs", async () => {
  await using server = startServer();
  const { code, stderr } = await locust([server.url, "-i", "1"], { env: { LOCUST_USRES: "5" } });
  assertEquals([code, server.hits], [0, 1]);
  assertStringIncludes(stderr, " WARNING No option takes the variable LOCUST_USRES, did you mean LOCUST_USERS?\n");
});

for (
  const [source, code, message] of [
    ["export const x = 1;", 1, /it exports neither a user class nor a function named run/],
    [`export const thresholds = ["fast"]; export function run() {}`, 1, /threshold "fast": not a threshold.*\n$/],
    ["nope(", 1, /^Cannot import ".*locustfile\.ts": .*locustfile\.ts:1:/s],
  ] as const
) {
  Deno.test(`locust check of "${source}" names the problem, exit ${code}`, async () => {
    await using file = await locustfile(source);
    const checked = await locust(["check", file.path]);
    assertEquals([checked.code, checked.stdout], [code, ""]);
    assertMatch(checked.stderr, message);
  });
}

Deno.test("--only with a class that the locustfile does not have is a usage error, exit 2", async () => {
  await using file = await locustfile("export function run() {}");
  for (const args of [["check", file.path, "--only", "Foo"], [file.path, "--only", "Foo", "-i", "1"]]) {
    const { code, stdout, stderr } = await locust(args);
    const message = `Cannot run only Foo: no such class, expected some of User\nTry "locust --help".\n`;
    assertEquals([code, stdout, stderr], [2, "", message]);
  }
});

Deno.test("locust completions of an unknown shell exits with 2", async () => {
  const { code, stderr } = await locust(["completions", "tcsh"]);
  assertEquals(code, 2);
  assertStringIncludes(stderr, "expected bash, zsh, fish");
});

Deno.test("completions have every flag", () => {
  for (const shell of SHELLS) {
    for (const { long } of FLAGS) {
      assert(completionScript(shell).includes(shell === "fish" ? `-l ${long}` : `--${long}`));
    }
  }
});

for (const shell of SHELLS) {
  const has = (await run(["sh", "-c", `command -v ${shell}`])).success;
  Deno.test({
    name: `${shell} accepts its completions${has ? "" : ` (skipped: no ${shell} here)`}`,
    ignore: !has,
    fn: async () => {
      const path = await Deno.makeTempFile();
      await Deno.writeTextFile(path, completionScript(shell));
      const { success, stderr } = await run([shell, "-n", path]);
      await Deno.remove(path);
      assert(success && stderr === "", stderr);
    },
  });
}

const hasBash = (await run(["sh", "-c", "command -v bash"])).success;
Deno.test({
  name: `bash completes flags, their values and commands${hasBash ? "" : " (skipped: no bash here)"}`,
  ignore: !hasBash,
  fn: async () => {
    const complete = async (...words: string[]) => {
      const script = `${completionScript("bash")}
COMP_WORDS=(locust ${
        words.map((word) => `'${word}'`).join(" ")
      }); COMP_CWORD=${words.length}; _locust; echo "\${COMPREPLY[*]}"`;
      return (await run(["bash", "-c", script])).stdout.trim();
    };
    assertEquals(await complete("--stop"), "--stop-timeout");
    assertEquals(await complete("--log-level", "w"), "warning");
    assertEquals(await complete("--transport", ""), "socket fetch");
    assertStringIncludes(await complete("chec"), "check");
    assertEquals(await complete("completions", "f"), "fish");
  },
});

/** Asks a shell what could stand in place of the last word. */
const COMPLETE: Readonly<Record<string, (script: string, words: readonly string[]) => string>> = {
  bash: (script, words) =>
    `source ${script}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length - 1}
    _locust; printf '%s\\n' "\${COMPREPLY[@]}"`,
  // What zsh would do with the options is its own affair.
  zsh: (script, words) =>
    `compdef() { }; _arguments() { print -rl -- "$@" }
    source ${script}
    words=(${words.map((word) => `'${word}'`).join(" ")}); CURRENT=${words.length}; _locust`,
  fish: (script, words) => `source ${script}; complete -C "${words.join(" ")}"`,
};

for (const shell of SHELLS) {
  const has = (await run(["sh", "-c", `command -v ${shell}`])).success;
  Deno.test({
    name: `${shell} completes options of init, completions and a run${has ? "" : ` (skipped: no ${shell} here)`}`,
    ignore: !has,
    fn: async () => {
      const path = await Deno.makeTempFile();
      await Deno.writeTextFile(path, completionScript(shell));
      const offered = async (...words: string[]) => {
        const { stdout } = await run([shell, "-c", COMPLETE[shell]!(path, ["locust", ...words])]);
        const names = ["--deno", "--users", "--help", "--html-report"];
        return names.filter((name) => stdout.split("\n").some((line) => new RegExp(`(^|\\W)${name}\\b`).test(line)));
      };
      assertEquals(await offered("init", "--"), ["--deno", "--help"]);
      assertEquals(await offered("completions", "--"), ["--help"]);
      assertEquals(await offered("check", "--"), ["--users", "--help", "--html-report"]);
      assertEquals(await offered("shop.ts", "--"), ["--users", "--help", "--html-report"]);
      await Deno.remove(path);
    },
  });
}
