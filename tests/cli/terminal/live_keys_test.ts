// Keys and the live screen on a real terminal, with the real command.

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { commandLine } from "../../helpers/processes/command.ts";
import { locustfile } from "../../helpers/runs/run.ts";
import { Terminal, terminalTest } from "../../helpers/processes/terminal.ts";
import { startServer } from "../../helpers/servers/test_server.ts";

/** Makes a load that leaves the machine to others. */
const LIGHT = ["--max-rps", "50"];
const SLOW = `import { sleep } from "@x/locust";
  export async function run(client) { await client.get("/"); await sleep(60); }`;

/** Waits for the end; holds that the command has ended with a code and given the terminal back, with its cursor. */
async function assertEnds(terminal: Terminal, code: number): Promise<string> {
  const text = await terminal.end();
  const last = text.slice(text.lastIndexOf("exit "));
  assertStringIncludes(last, `exit ${code}\nterminal as before\n`, await terminal.account());
  assertCursor(terminal);
  return text;
}

/** Holds that the cursor is shown. */
function assertCursor({ raw }: Terminal): void {
  assert(raw.lastIndexOf("\x1b[?25h") > raw.lastIndexOf("\x1b[?25l"), "the cursor is hidden");
}

terminalTest("keys change the users, pause, resume, help and stop", async () => {
  await using server = startServer();
  await using terminal = await Terminal.open(`run ${commandLine([server.url, ...LIGHT, "-u", "2"])}`);
  await terminal.shows("2/2 users");
  await terminal.shows("? for keys");
  await terminal.press("+");
  await terminal.shows("/3 users");
  await terminal.shows("3/3 users");
  await terminal.press("-");
  await terminal.shows("2/2 users");
  await terminal.press("\x1b[A");
  await terminal.shows("12/12 users");
  await terminal.press("?");
  await terminal.shows("p pause   q stop   ? hide");
  await terminal.press("p");
  await terminal.shows(/paused .*\n.*\n.*p go on/);
  await terminal.shows("requests 0.00/s"); // over a whole interval
  const hits = server.hits;
  await terminal.shows("requests 0.00/s");
  await terminal.shows("requests 0.00/s");
  assertEquals(server.hits, hits);
  await terminal.press("x "); // the first does nothing
  await terminal.shows(/\d users {2}requests [1-9]/);
  assert(server.hits > hits);
  await terminal.press("q");
  await terminal.shows("Shutting down (q pressed)");
  const text = await assertEnds(terminal, 0);
  assertMatch(text.replaceAll(/\s+/g, " "), /Summary .* 12 users, .* paused for [^,]+, .*ended: q pressed/);
  assertEquals(Number(/Total +(\d+) (?!.*Total)/s.exec(text)![1]), server.hits);
});

for (
  const [name, first, second] of [
    ["Ctrl-C", "\x03", "\x03"],
    ["q", "q", "q"],
  ] as const
) {
  terminalTest(`${name} stops gracefully, and interrupts the second time`, async () => {
    await using server = startServer();
    await using file = await locustfile(SLOW);
    const args = [file.path, "--host", server.url, "--stop-timeout", "60"];
    await using terminal = await Terminal.open(`run ${commandLine(args)}`);
    await terminal.shows("? for keys");
    await terminal.press(first);
    const stopping = first === "q" ? "stopping: q pressed" : "stopping: got SIGINT";
    const [, shownAtSeconds] = await terminal.shows(new RegExp(`0:0(\\d) .*\\n?.*${stopping}`));
    await terminal.shows("q or Ctrl-C again ends at once");
    // What comes sooner might be an echo of the same signal.
    await terminal.shows(
      new RegExp(
        `0:(${[2, 3, 4, 5].map((more) => String(Number(shownAtSeconds) + more).padStart(2, "0")).join("|")}) `,
      ),
    );
    await terminal.press(second);
    const text = await assertEnds(terminal, 130);
    assertStringIncludes(text, "1 iteration interrupted");
  });
}

terminalTest("Ctrl-C once ends with the summary and exit 0", async () => {
  await using server = startServer();
  await using terminal = await Terminal.open(`run ${commandLine([server.url, ...LIGHT])}`);
  await terminal.shows("? for keys");
  await terminal.press("\x03");
  const text = await assertEnds(terminal, 0);
  assertMatch(text, /ended: got SIGINT\n/);
});

for (
  const [name, source, code] of [
    ["the planned end", `export async function run(client) { await client.get("/"); }`, 0],
    [
      "an error of the locustfile",
      `import { sleep } from "@x/locust";
       export async function run(client) { await client.get("/"); }
       export async function control(test) { await test.users(1); await test.sleep(1.5); throw new Error("oh"); }`,
      1,
    ],
    [
      "a worker's death",
      `import { sleep } from "@x/locust";
       export async function run() { await sleep(1.5); Deno.exit(3); }`,
      1,
    ],
  ] as const
) {
  terminalTest(`the terminal is restored after ${name}`, async () => {
    await using server = startServer();
    await using file = await locustfile(source);
    const args = [file.path, "--host", server.url, "-d", code === 0 ? "1.5" : "60"];
    await using terminal = await Terminal.open(`run ${commandLine(args)}`);
    await terminal.shows("? for keys");
    await assertEnds(terminal, code);
  });
}

terminalTest("the terminal is restored after an uncaught error, and after Ctrl-\\", async () => {
  await using server = startServer();
  const folder = await Deno.makeTempDir();
  const app = new URL("../../../lib/cli/app.ts", import.meta.url).href;
  await Deno.writeTextFile(
    `${folder}/crash.ts`,
    `
    import { main } from "${app}";
    setInterval(() => {
      try {
        Deno.statSync("${folder}/now");
      } catch {
        return;
      }
      throw new Error("ours");
    }, 50);
    await main();`,
  );
  const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
  const crash = `'${Deno.execPath()}' run -A --config '${config}' '${folder}/crash.ts' ${server.url} --max-rps 50`;
  await using terminal = await Terminal.open(`run ${crash}`, `run ${commandLine([server.url, ...LIGHT])}`);
  await terminal.shows("? for keys");
  await Deno.writeTextFile(`${folder}/now`, "");
  await terminal.shows("exit 1\nterminal as before\n");
  assertCursor(terminal);
  await terminal.shows("? for keys");
  await terminal.press("\x1c");
  await assertEnds(terminal, 131);
  await Deno.remove(folder, { recursive: true });
});

terminalTest("Ctrl-Z returns the terminal to the shell, fg takes it back", async () => {
  await using server = startServer();
  const command = commandLine([server.url, ...LIGHT]);
  await using terminal = await Terminal.open(
    "set -m",
    `run ${command}`,
    "bg",
    "read line",
    'echo "read $line"',
    "run fg",
  );
  await terminal.shows("? for keys");
  await terminal.press("\x1a");
  await terminal.shows(/exit 1\d\d\nterminal as before\n/);
  assertCursor(terminal);
  const hits = server.hits;
  while (server.hits < hits + 100) await new Promise((resolve) => setTimeout(resolve, 50)); // it goes on in the background
  await terminal.press("q\n"); // is for the shell
  await terminal.shows("read q");
  await terminal.shows("? for keys");
  await terminal.press("+");
  await terminal.shows("2/2 users");
  await terminal.press("q");
  await assertEnds(terminal, 0);
});

terminalTest("in the background of a shell the run continues without keys", async () => {
  await using server = startServer();
  const command = commandLine([server.url, ...LIGHT, "-d", "3"]);
  await using terminal = await Terminal.open("set -m", `${command} &`, "read line", 'echo "read $line"', "run wait $!");
  await terminal.shows("Starting test");
  await terminal.press("q\n");
  await terminal.shows("read q");
  const text = await assertEnds(terminal, 0);
  assertStringIncludes(text, "target duration elapsed");
  assert(!text.includes("1/1 users"), "the live table is drawn over the shell");
});

terminalTest("a pipe on stdin is not read and provides no keys", async () => {
  await using server = startServer();
  const command = commandLine([server.url, ...LIGHT, "-d", "1.5"]);
  await using terminal = await Terminal.open(`both() { ${command}; cat; }`, "printf 'qq\\n' | run both");
  await terminal.shows("1/1 users");
  const text = await terminal.end();
  assertMatch(text, /target duration elapsed .*\n(.*\n)*qq\nexit 0\nterminal as before\n$/);
  assert(!text.includes("? for keys"));
});

for (const [name, args, shell] of [["stdout is a pipe", [], " | cat"], ["told --quiet", ["--quiet"], ""]] as const) {
  terminalTest(`there are no keys and no escape codes when ${name}`, async () => {
    await using server = startServer();
    const command = commandLine([server.url, ...LIGHT, "-d", "1.5", ...args]);
    await using terminal = await Terminal.open(
      `go() { ${command}${shell}; }`,
      "run go",
      "read line",
      'echo "read $line"',
    );
    await terminal.press("q\n");
    await terminal.shows("read q");
    const text = await terminal.end();
    assertStringIncludes(text, "exit 0\nterminal as before\n");
    // deno-lint-ignore no-control-regex -- it is what is looked for: a hidden cursor, a way up; Deno itself clears its line
    assert(!/\x1b\[(\?25l|\d+A)/.test(terminal.raw));
    assert(!text.includes("q pressed"));
  });
}
