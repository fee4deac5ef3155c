/**
 * Records with mitmproxy, where no browser serves: apps, other machines, Firefox.
 *
 * @module
 */

import { join } from "node:path";
import { ScriptError } from "../../core/errors.ts";
import type { HarEntry } from "../har/har_format.ts";
import { checkIsFree } from "./free_port.ts";

/** How a proxy records. */
export interface ProxyOptions {
  readonly host: string;
  readonly port: number;
  /** Names of steps and when they begin, in milliseconds since 1970; may grow while it records. */
  readonly steps: readonly { readonly name: string; readonly atMs: number }[];
  /** Resolves when the recording is over. */
  readonly ended: Promise<void>;
}

/** Longest wait for the proxy to listen, in milliseconds. */
const START_LIMIT_MS = 30_000;

/**
 * Runs mitmproxy until the recording is over.
 *
 * @param onListening Called when it accepts connections
 * @returns The recording as a HAR file
 * @throws {ScriptError} if it is not installed, or does not start
 */
export async function recordWithProxy(options: ProxyOptions, onListening: () => void): Promise<string> {
  checkIsFree(options.host, options.port, `--proxy ${options.host}:${options.port}`);
  const folder = await Deno.makeTempDir({ prefix: "locust-record-" });
  const file = join(folder, "recorded.har");
  try {
    const process = spawn(options, file);
    const output = new Response(process.stdout).text();
    const isListening = listening(options, process.status);
    void isListening.then((is) => is && onListening());
    await Promise.race([options.ended, process.status]);
    stop(process);
    const { code } = await process.status;
    const har = await Deno.readTextFile(file).catch(() => null); // not written: it did not start
    if (har === null) throw notStarted(options, await output, code);
    return withSteps(har, options.steps);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Puts the entries of a HAR file into steps by the time at which each began; without steps, it stays as it is. */
export function withSteps(har: string, steps: ProxyOptions["steps"]): string {
  if (steps.length === 0) return har;
  const { log } = JSON.parse(har) as { log: { entries: HarEntry[] } };
  const pages = [{ name: "", atMs: 0 }, ...steps].map(({ name }, index) => ({ id: `page_${index}`, title: name }));
  const entries = log.entries.map((entry) => {
    const atMs = Date.parse(entry.startedDateTime ?? "");
    return { ...entry, pageref: `page_${steps.filter((step) => step.atMs <= atMs).length}` };
  });
  return JSON.stringify({ log: { ...log, pages, entries } });
}

function spawn({ host, port }: ProxyOptions, file: string): Deno.ChildProcess {
  const args = [
    "--listen-host",
    host,
    "--listen-port",
    `${port}`,
    "--set",
    `hardump=${file}`,
    "--set",
    "flow_detail=0",
  ];
  try {
    return new Deno.Command("mitmdump", { args, stdin: "null", stdout: "piped", stderr: "null" }).spawn();
  } catch (cause) {
    const problem = cause instanceof Deno.errors.NotFound ? "mitmdump is not installed" : (cause as Error).message;
    throw new ScriptError(`Cannot record with --proxy: ${problem}, expected mitmproxy ("pipx install mitmproxy")`, {
      cause,
    });
  }
}

/** Waits until the proxy accepts connections; returns false if it ends before, or does not within the limit. */
async function listening(address: ProxyOptions, status: Promise<unknown>): Promise<boolean> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  let isOver = false;
  void status.then(() => isOver = true);
  while (!isOver && !limit.aborted) {
    const connection = await Deno.connect({ hostname: address.host, port: address.port }).catch(() => null); // not yet
    if (connection !== null) {
      connection.close();
      return !isOver;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return false;
}

/** Lets the proxy write its file and end. */
function stop(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGINT");
  } catch {
    // It has ended: Ctrl-C reaches it, too.
  }
}

function notStarted({ host, port }: ProxyOptions, output: string, code: number): ScriptError {
  const reason = output.trim().split("\n").findLast((line) => /error|address/i.test(line)) ?? `it ended with ${code}`;
  return new ScriptError(`Cannot record at ${host}:${port}: ${reason.replace(/^\[[^\]]*\]\s*/, "").trim()}`);
}
