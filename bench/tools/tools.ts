// Who is measured: how each tool is called and how its output is read.

import { fileURLToPath } from "node:url";
import type { Command } from "../host/measure.ts";
import * as outputs from "./outputs.ts";
import { AIOLOCUST_SCRIPT, K6_SCRIPT, LOCUST_SCRIPT } from "./peer_scripts.ts";
import { which } from "./which.ts";

/** What a tool is asked to do. */
export interface Load {
  readonly url: string;
  /** The server's certificate. */
  readonly certificatePath: string;
  readonly users: number;
  readonly seconds: number;
  readonly threads: number;
}

/** A tool. */
export interface Tool {
  /** Name for `--only`. */
  readonly name: string;
  /** What the table calls it. */
  readonly label: string;
  /** What is looked for on PATH; not there, the tool is left out. */
  readonly program: string;
  /** What makes it print its version; without it, it cannot say. */
  readonly versionArgs?: readonly string[];
  /** What its version has to match, where other programs have the same name. */
  readonly versionPattern?: RegExp;
  /** Files it needs in the folder it runs in. */
  readonly files?: Readonly<Record<string, string>>;
  command(load: Load): Omit<Command, "program">;
  /** @throws {Error} if the output is not understood */
  read(output: outputs.Output): outputs.Reading;
}

/** A tool that is there. */
export interface InstalledTool extends Tool {
  readonly path: string;
  readonly version: string;
}

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** What the binary is compiled with. */
const V8_FLAGS = Deno.readTextFileSync(new URL("../../scripts/v8-flags", import.meta.url)).trim();
const LOCUSTFILE = fileURLToPath(new URL("./locustfile.ts", import.meta.url));

/** Every tool the bench knows, in the order of the table. */
export const TOOLS: readonly Tool[] = [
  ours("ours", "**locust for Deno**", "socket"),
  ours("ours-fetch", "locust for Deno, fetch", "fetch"),
  {
    name: "wrk",
    label: "wrk",
    program: "wrk",
    versionArgs: ["-v"],
    command: ({ url, users, seconds, threads }) => ({
      args: ["--latency", `-t${threads}`, `-c${users}`, `-d${seconds}s`, url],
    }),
    read: outputs.readWrk,
  },
  {
    name: "hey",
    label: "hey",
    program: "hey",
    command: ({ url, users, seconds, threads }) => ({
      args: ["-z", `${seconds}s`, "-c", `${users}`, "-cpus", `${threads}`, url],
    }),
    read: outputs.readHey,
  },
  {
    name: "oha",
    label: "oha",
    program: "oha",
    versionArgs: ["--version"],
    command: ({ url, users, seconds }) => ({
      args: ["--no-tui", "--insecure", "--output-format", "json", "-z", `${seconds}s`, "-c", `${users}`, url],
    }),
    read: outputs.readOha,
  },
  {
    name: "k6",
    label: "k6",
    program: "k6",
    versionArgs: ["version"],
    files: { "k6.js": K6_SCRIPT },
    command: ({ url, users, seconds, threads }) => ({
      args: [
        ...["run", "--quiet", "--no-usage-report", "--insecure-skip-tls-verify", "--summary-export", "k6.json"],
        ...["--summary-trend-stats", "med,p(99)", "--vus", `${users}`, "--duration", `${seconds}s`],
        ...["-e", `BENCH_URL=${url}`, "k6.js"],
      ],
      env: { GOMAXPROCS: `${threads}` },
    }),
    read: outputs.readK6,
  },
  {
    name: "autocannon",
    label: "autocannon",
    program: "autocannon",
    versionArgs: ["--version"],
    command: ({ url, users, seconds, threads }) => ({
      args: ["--json", "-c", `${users}`, "-d", `${seconds}`, ...(threads > 1 ? ["-w", `${threads}`] : []), url],
    }),
    read: outputs.readAutocannon,
  },
  {
    name: "locust",
    label: "locust (Python)",
    program: "locust",
    versionArgs: ["--version"],
    versionPattern: /python/i,
    files: { "bench_locust.py": LOCUST_SCRIPT },
    command: ({ url, users, seconds, threads }) => ({
      args: [
        ...["-f", "bench_locust.py", "--headless", "--only-summary", "--csv", "locust", "--host", url],
        ...["-u", `${users}`, "-r", `${users}`, "-t", `${seconds}s`],
        ...(threads > 1 ? ["--processes", `${threads}`] : []),
      ],
    }),
    read: outputs.readLocust,
  },
  {
    name: "aiolocust",
    label: "aiolocust",
    program: "aiolocust",
    versionArgs: ["--version"],
    files: { "bench_aiolocust.py": AIOLOCUST_SCRIPT },
    command: ({ url, users, seconds, threads }) => ({
      args: ["bench_aiolocust.py", "-u", `${users}`, "-d", `${seconds}`, "--event-loops", `${threads}`],
      env: { BENCH_URL: url },
    }),
    read: outputs.readAiolocust,
  },
];

/** Returns those of the tools that are there. */
export async function installed(tools: readonly Tool[]): Promise<InstalledTool[]> {
  const found: InstalledTool[] = [];
  for (const tool of tools) {
    const path = tool.program === "deno" ? Deno.execPath() : await which(tool.program);
    if (path === null) continue;
    const text = tool.versionArgs === undefined ? "" : await printed(path, tool.versionArgs);
    if (tool.versionPattern !== undefined && !tool.versionPattern.test(text)) continue;
    found.push({ ...tool, path, version: text.match(/\d+\.\d+[\w.+-]*/)?.[0] ?? "of unknown version" });
  }
  return found;
}

function ours(name: string, label: string, transport: string): Tool {
  return {
    name,
    label,
    program: "deno",
    versionArgs: ["run", "-A", MAIN, "--version"],
    command: ({ url, certificatePath, users, seconds, threads }) => ({
      args: [
        ...["run", "-A", `--v8-flags=${V8_FLAGS}`, MAIN, LOCUSTFILE],
        ...["--host", url, "--transport", transport, "--json", "-"],
        ...["--users", `${users}`, "--duration", `${seconds}s`, "--workers", `${threads}`],
      ],
      // The fetch transport cannot skip the check of a certificate; this way both do the same.
      env: { DENO_CERT: certificatePath },
    }),
    read: outputs.readOurs,
  };
}

async function printed(path: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(path, { args: [...args], env: { NO_COLOR: "1" } }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
