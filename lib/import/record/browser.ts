/**
 * Starts the system's Chromium, or a browser built on it.
 *
 * @module
 */

import { join } from "node:path";
import { ScriptError } from "../../core/errors.ts";
import { errorMessage } from "../../core/error_site.ts";
import { checkIsFree } from "./free_port.ts";

/** A browser that was started. */
export interface Browser {
  /** Address of its DevTools protocol. */
  readonly devtoolsUrl: string;
  /** Resolves when its process has ended. */
  readonly ended: Promise<unknown>;
  /** Ends the process and removes its profile. */
  close(): Promise<void>;
}

/** How a browser is started. */
export interface BrowserOptions {
  /** Path of the program. @default the first that is found */
  readonly path?: string;
  /** Whether there is no window. @default {false} */
  readonly isHeadless?: boolean;
  /** Port of the DevTools protocol on loopback, for scripts; 0 for a free one. @default {0} */
  readonly port?: number;
}

/** Programs by name, in the folders of `PATH`. */
const NAMES = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
  "microsoft-edge-stable",
  "brave-browser",
  "chrome.exe",
  "msedge.exe",
];
/** Programs by path, where they are on no `PATH`. */
const PATHS = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** Without these, a browser requests what nobody asked for: updates, lists, variations, suggestions. */
const QUIET = [
  "--no-first-run",
  "--no-default-browser-check",
  "--no-pings",
  "--disable-background-networking",
  "--disable-client-side-phishing-detection",
  "--disable-component-extensions-with-background-pages",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-extensions",
  "--disable-field-trial-config",
  "--disable-search-engine-choice-screen",
  "--disable-sync",
  "--metrics-recording-only",
  "--password-store=basic",
  "--safebrowsing-disable-auto-update",
  "--use-mock-keychain",
  "--disable-features=AutofillServerCommunication,CertificateTransparencyComponentUpdater,InterestFeedContentSuggestions," +
  "MediaRouter,NetworkTimeServiceQuerying,OptimizationHints,PrivacySandboxSettings4,Translate",
];

/** Longest time until a browser listens, in milliseconds. */
const START_LIMIT_MS = 30_000;

/**
 * Starts a browser with a profile of its own and an empty page.
 *
 * @param variable Reads an environment variable
 * @throws {ScriptError} if there is none, or it does not start
 */
export async function startBrowser(
  options: BrowserOptions,
  variable: (name: string) => string | undefined,
): Promise<Browser> {
  checkIsFree("127.0.0.1", options.port ?? 0, `--remote-debugging-port ${options.port}`);
  const path = options.path ?? findBrowser(variable("PATH") ?? "");
  const profile = await Deno.makeTempDir({ prefix: "locust-record-" });
  const isRoot = Deno.build.os === "linux" && Deno.uid() === 0;
  const args = [
    ...QUIET,
    ...(options.isHeadless ? ["--headless=new"] : []),
    ...(isRoot ? ["--no-sandbox"] : []), // Chromium refuses to start otherwise
    `--user-data-dir=${profile}`,
    `--remote-debugging-port=${options.port ?? 0}`,
    "about:blank",
  ];
  const process = spawn(path, args);
  const ended = process.status;
  const close = async () => {
    kill(process);
    await ended;
    await removeProfile(profile);
  };
  try {
    return { devtoolsUrl: await devtoolsUrl(profile, options.port ?? 0, ended), ended, close };
  } catch (error) {
    await close();
    throw new ScriptError(`Cannot start "${path}": ${errorMessage(error)}`, { cause: error });
  }
}

/** Returns the path of a browser. */
function findBrowser(pathVariable: string): string {
  const separator = Deno.build.os === "windows" ? ";" : ":";
  const folders = pathVariable.split(separator).filter((folder) => folder !== "");
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => join(folder, name))), ...PATHS];
  const found = candidates.find(isFile);
  if (found !== undefined) return found;
  throw new ScriptError("Cannot record: no Chromium, Chrome, Edge or Brave found, expected one, or --browser <path>", {
    hint: "a Firefox records through a proxy, see locust help record; its own HAR files can be imported",
  });
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false; // missing, or not accessible
  }
}

function spawn(path: string, args: readonly string[]): Deno.ChildProcess {
  try {
    return new Deno.Command(path, { args: [...args], stdin: "null", stdout: "null", stderr: "null" }).spawn();
  } catch (error) {
    throw new ScriptError(`Cannot start "${path}": ${errorMessage(error)}`, { cause: error });
  }
}

/** Waits until a browser listens; returns where. */
async function devtoolsUrl(profile: string, port: number, ended: Promise<Deno.CommandStatus>): Promise<string> {
  const limit = AbortSignal.timeout(START_LIMIT_MS);
  let code: number | null = null;
  ended.then((status) => code = status.code);
  while (code === null && !limit.aborted) {
    const url = await (port === 0 ? urlFromProfile(profile) : urlFromPort(port));
    if (url !== null) return url;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(code === null ? "it does not listen" : `it ended with ${code}`);
}

/** A browser that chose its port writes it to a file. */
async function urlFromProfile(profile: string): Promise<string | null> {
  const text = await Deno.readTextFile(join(profile, "DevToolsActivePort")).catch(() => ""); // not there yet
  const [port, path] = text.split("\n");
  return path === undefined ? null : `ws://127.0.0.1:${port}${path}`;
}

async function urlFromPort(port: number): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/json/version`);
    return (await response.json()).webSocketDebuggerUrl;
  } catch {
    return null; // it does not listen yet
  }
}

function kill(process: Deno.ChildProcess): void {
  try {
    process.kill("SIGTERM");
  } catch {
    // It has ended.
  }
}

/** Helper processes of a browser may still write for a moment. */
async function removeProfile(profile: string): Promise<void> {
  for (let left = 20; left > 0; left--) {
    try {
      return await Deno.remove(profile, { recursive: true });
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
