// Imports a file, checks the locustfile, and runs it against a server that answers from the same recording.

import { assert, assertEquals } from "@std/assert";
import type { HarEntry } from "../../../lib/import/har/har_format.ts";
import { locust, run } from "../processes/command.ts";
import { type HarServer, harServer } from "../servers/imports/har_server.ts";

/** Result of a replay. */
export interface Replay {
  readonly text: string;
  readonly server: HarServer;
  /** Requests and failures that the run counted. */
  readonly requests: number;
  readonly failures: number;
  readonly stderr: string;
}

/** How a file is imported and replayed. */
export interface ReplayOptions {
  /** Options of `locust import`. */
  readonly args?: readonly string[];
  /** Each has two iterations. @default {3} */
  readonly users?: number;
  readonly env?: Record<string, string>;
  /** A host that is replaced by the server's, for WebSockets, which --connect-to does not lead there. */
  readonly localHost?: string;
  /** Whether types are checked, which takes seconds. @default {true} */
  readonly hasTypes?: boolean;
}

/**
 * Imports a HAR file and replays it. All of its hosts are the server; `https` becomes `http`.
 */
export async function replayHar(
  har: string,
  options: ReplayOptions = {},
): Promise<Replay> {
  const { args = [], users = 3, env = {}, hasTypes = true, localHost } = options;
  const cwd = await Deno.makeTempDir();
  try {
    let plain = har.replaceAll(/\bhttps:(\\?\/\\?\/)/g, "http:$1").replaceAll(/\bwss:(\\?\/\\?\/)/g, "ws:$1");
    await using server = harServer((port) => {
      if (localHost !== undefined) plain = plain.replaceAll(localHost, `127.0.0.1:${port}`);
      return inOrder(JSON.parse(plain.replace(/^\ufeff/, "")).log.entries);
    });
    await Deno.writeTextFile(`${cwd}/recorded.har`, plain);
    const made = await locust(["import", "recorded.har", "-o", "locustfile.ts", ...args], { cwd });
    assertEquals(made.code, 0, made.stderr);
    const text = await Deno.readTextFile(`${cwd}/locustfile.ts`);
    const formatted = await run([Deno.execPath(), "fmt", "--check", "--no-config", `${cwd}/locustfile.ts`]);
    assert(formatted.success, formatted.stderr);
    if (hasTypes) {
      const checked = await locust(["check"], { cwd });
      assertEquals(checked.code, 0, checked.stderr + text);
      assert(checked.stdout.includes("types: checked"), checked.stdout);
    }
    const connect = localHost === undefined ? ["--connect-to", `127.0.0.1:${server.port}`] : [];
    const load = ["-u", `${users}`, "-i", `${users * 2}`, "--json", "result.json", "--stop-timeout", "20s"];
    const { stderr } = await locust([...connect, ...load], { cwd, env });
    const { total } = JSON.parse(await Deno.readTextFile(`${cwd}/result.json`));
    return { text, server, requests: total.count, failures: total.failures, stderr };
  } finally {
    await Deno.remove(cwd, { recursive: true });
  }
}

function inOrder(entries: readonly HarEntry[]): HarEntry[] {
  return entries.toSorted((a, b) => Date.parse(a.startedDateTime ?? "") - Date.parse(b.startedDateTime ?? ""));
}
