/**
 * `locust record`: makes a locustfile of what a browser does, or of what goes through a proxy.
 *
 * @module
 */

import { join, parse, resolve } from "node:path";
import { EXIT_CODES } from "../../core/errors.ts";
import { importFile } from "../../import/import_file.ts";
import { IMPORT_KINDS } from "../../import/kinds.ts";
import { startBrowser } from "../../import/record/browser.ts";
import { recordWithProxy } from "../../import/record/proxy.ts";
import { Recorder } from "../../import/record/recorder.ts";
import type { RecordCommand } from "../parsing/parse_record.ts";
import type { ProcessState } from "../process.ts";
import { checkIsNew, type Destination, writeLocustfileTo } from "./import.ts";

/** Signals that follow one another within this time, in milliseconds, are one: terminals and wrappers both send Ctrl-C. */
const SAME_SIGNAL_MS = 500;

/** Longest name of a step, in characters. */
const MAX_NAME_LENGTH = 200;

/**
 * Records until the browser is closed or a signal comes, and writes the locustfile.
 *
 * @returns The exit code
 * @throws {ScriptError} if there is nothing to record with, or nothing was recorded
 * @throws {OutputError} if the locustfile exists, or cannot be written
 */
export async function record(process: ProcessState, command: RecordCommand): Promise<number> {
  await checkIsNew(process, command);
  const stop = new AbortController();
  const dispose = process.onSignal(stopOnSignal(process, stop));
  try {
    const har = command.proxy === undefined
      ? await recordBrowser(process, command, stop.signal)
      : await recordProxy(process, command.proxy, stop.signal);
    const name = command.url === undefined ? "the proxy" : new URL(command.url).host;
    const kind = IMPORT_KINDS.find((one) => one.name === "har")!;
    const locustfile = await importFile({ name, text: har, isRecorded: true }, command.options, kind);
    await writeLocustfileTo(process, locustfile, await freeDestination(process, command));
  } finally {
    dispose();
  }
  return EXIT_CODES.completed;
}

/** Returns where a recording goes: beside its file, if that has appeared meanwhile, since it cannot be made again. */
export async function freeDestination(
  process: Pick<ProcessState, "cwd" | "isFile" | "isDevice" | "stderr">,
  { output, isForced }: Destination,
): Promise<Destination> {
  if (output === undefined || isForced) return { output, isForced };
  const { dir, name, ext } = parse(output);
  for (let number = 1;; number++) {
    const path = number === 1 ? output : join(dir, `${name}-${number}${ext}`);
    const full = resolve(process.cwd, path);
    if (await process.isFile(full) && !(await process.isDevice(full))) continue;
    if (number > 1) process.stderr.write(`"${output}" has appeared meanwhile and is kept as it is\n`);
    return { output: path, isForced };
  }
}

/** Returns what a signal does: the first one ends the recording; one that comes later ends the process, and says so. */
export function stopOnSignal(
  { nowMs, exit, stderr }: Pick<ProcessState, "nowMs" | "exit" | "stderr">,
  stop: AbortController,
): () => void {
  let firstMs = NaN;
  return () => {
    if (!stop.signal.aborted) {
      firstMs = nowMs();
      stop.abort();
    } else if (nowMs() - firstMs >= SAME_SIGNAL_MS) {
      stderr.write("Ended by a second signal: the recording is lost\n");
      exit(EXIT_CODES.interrupted);
    }
  };
}

async function recordBrowser(process: ProcessState, command: RecordCommand, signal: AbortSignal): Promise<string> {
  const { browser: path, isHeadless, port } = command;
  const options = { ...(path === undefined ? {} : { path }), isHeadless, port };
  const browser = await startBrowser(options, process.env.get);
  try {
    const recorder = await Recorder.attach(browser.devtoolsUrl);
    await recorder.open(command.url!);
    process.stderr.write(`Recording ${command.url}; close the browser or press Ctrl-C to write the locustfile\n`);
    const forget = onNames((name) => recorder.step(name));
    await Promise.race([recorder.closed, browser.ended, aborted(signal)]);
    forget();
    const har = await recorder.end();
    if (recorder.dropped > 0) {
      process.stderr.write(`${recorder.dropped} requests after the first 20,000 are left out\n`);
    }
    return har;
  } finally {
    await browser.close();
  }
}

async function recordProxy(
  process: ProcessState,
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<string> {
  const steps: { name: string; atMs: number }[] = [];
  const forget = onNames((name) => steps.push({ name, atMs: Date.now() }));
  try {
    return await recordWithProxy({ host, port, steps, ended: aborted(signal) }, () => {
      process.stderr.write(`Proxy at ${host}:${port}; press Ctrl-C to write the locustfile\n`);
    });
  } finally {
    forget();
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.aborted ? resolve() : signal.addEventListener("abort", () => resolve()));
}

/** Calls a function with each line that is typed; returns a function that ends this. */
function onNames(onName: (name: string) => void): () => void {
  const reader = Deno.stdin.readable.pipeThrough(new TextDecoderStream()).getReader();
  const read = async () => {
    let text = "";
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      const lines = (text + part.value).split("\n");
      text = lines.pop()!.slice(0, MAX_NAME_LENGTH);
      for (const line of lines) onName(line.trim().slice(0, MAX_NAME_LENGTH));
    }
  };
  read().catch(() => {}); // no terminal
  return () => void reader.cancel().catch(() => {});
}
