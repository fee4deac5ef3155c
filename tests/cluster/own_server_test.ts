import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { Agent, NATS_MISSING } from "../helpers/processes/cluster.ts";
import { run } from "../helpers/processes/command.ts";
import { skippableTest } from "../helpers/skippable.ts";
import { startServer, untilHit } from "../helpers/servers/test_server.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));

/** Starts a coordinator in a process group of its own, as a shell does. */
function startCoordinator(args: readonly string[]): Deno.ChildProcess {
  const all = ["run", "-A", MAIN, ...args, "--machines", "1"];
  const options = { args: all, env: { NO_COLOR: "1" }, stdin: "null", stdout: "null", stderr: "piped" } as const;
  return new Deno.Command(Deno.execPath(), { ...options, detached: true }).spawn();
}

/** Waits until nothing listens at the address of a URL. */
async function untilGone(url: string): Promise<void> {
  const { hostname, port } = new URL(url.replace("nats:", "http:"));
  for (let tries = 0; tries < 500; tries++) {
    try {
      (await Deno.connect({ hostname, port: Number(port) })).close();
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Something still listens at ${hostname}:${port}`);
}

const urlIn = (text: string) => /locust agent --nats (nats:\/\/\w{32}@127\.0\.0\.1:\d+)/.exec(text)?.[1];

skippableTest(
  "Ctrl-C, which goes to the whole process group, loses no run of a coordinator with a NATS server of its own",
  NATS_MISSING,
  async () => {
    await using server = startServer();
    await using stack = new AsyncDisposableStack();
    const child = startCoordinator([`${server.url}/delay/20`, "-u", "2", "-d", "60"]);
    let [text, url] = ["", ""];
    for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
      text += part;
      if (url !== "" || urlIn(text) === undefined) continue;
      url = urlIn(text)!;
      stack.use(new Agent(url, ["--once"]));
      void untilHit(server).then(() => run(["kill", "-INT", "--", `-${child.pid}`]));
    }
    assertEquals((await child.status).code, 0, text);
    assertStringIncludes(text, "got SIGINT");
    await untilGone(url);
  },
);

skippableTest(
  "a coordinator that a signal ends, even SIGKILL, or whose wait is over, leaves no NATS server of its own behind",
  NATS_MISSING,
  async () => {
    const ends = [[[], "SIGTERM", 130], [[], "SIGKILL", 137], [["--wait", "100ms"], null, 2]] as const;
    for (const [args, signal, code] of ends) {
      const child = startCoordinator(["http://127.0.0.1:1/", ...args]);
      let [text, url] = ["", ""];
      for await (const part of child.stderr.pipeThrough(new TextDecoderStream())) {
        text += part;
        if (url !== "" || urlIn(text) === undefined) continue;
        url = urlIn(text)!;
        if (signal !== null) child.kill(signal);
      }
      assertEquals((await child.status).code, code, text);
      await untilGone(url);
    }
  },
);
