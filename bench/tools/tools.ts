// Who is measured: how each tool is called and how its output is read.

import type { Command } from "../host/measure.ts";
import * as outputs from "./outputs.ts";
import { OURS } from "./ours.ts";
import * as scripts from "./peer_scripts.ts";
import { which } from "./which.ts";

/** What a tool is asked to do. */
export interface Load {
  readonly url: string;
  /** The server's certificate. */
  readonly certificatePath: string;
  readonly users: number;
  readonly seconds: number;
  readonly threads: number;
  readonly http: HttpVersion;
  /** Requests of a user that are under way at once. */
  readonly streams: number;
}

/** A version of HTTP. */
export type HttpVersion = "1.1" | "2";

/** A tool. */
export interface Tool {
  /** Name for `--only`. */
  readonly name: string;
  /** What the table calls it. */
  readonly label: string;
  /** What is looked for on PATH; a tool that is not there is left out. */
  readonly program: string;
  /** What makes it print its version; some cannot. */
  readonly versionArgs?: readonly string[];
  /** What its version has to match, where other programs have the same name. */
  readonly versionPattern?: RegExp;
  /** Files it needs in the folder it runs in, by name. */
  readonly files?: (load: Load) => Readonly<Record<string, string>>;
  /** The version of HTTP that it is measured with. */
  readonly http: HttpVersion | "both";
  /** Which of our own it is compared with; none for our own. */
  readonly against: string | null;
  /**
   * How much of the grid it is measured with; without it, everything. What is far behind takes long to tell what a few
   * runs have told already.
   */
  readonly extent?: Extent;
  /** Whether it can use several threads. */
  readonly isThreaded?: boolean;
  command(load: Load): Omit<Command, "program">;
  /** @throws {Error} if the output is not understood */
  read(output: outputs.Output): outputs.Reading;
}

/** A part of the grid. */
export interface Extent {
  /** The most users. */
  readonly users: number;
  /** Whether it is also measured over TLS. */
  readonly isOverTls: boolean;
  /** The most rounds. */
  readonly rounds: number;
}

/** A tool that is there. */
export interface InstalledTool extends Tool {
  readonly path: string;
  readonly version: string;
}

/** For tools that are compared at few users alone. */
const FEW_USERS: Extent = { users: 50, isOverTls: true, rounds: Infinity };
/** The same without TLS. */
const IN_PLAIN: Extent = { ...FEW_USERS, isOverTls: false };
/** For tools that are several times slower. */
const FAR_BEHIND: Extent = { ...IN_PLAIN, rounds: 2 };

const wrk = { program: "wrk", versionArgs: ["-v"], http: "1.1", isThreaded: true, read: outputs.readWrk } as const;

/** Every tool the bench knows, in the order of the table. `peers.md` says how to install each. */
export const TOOLS: readonly Tool[] = [
  ...OURS,
  {
    ...wrk,
    name: "wrk",
    label: "wrk",
    against: "ours-url",
    command: ({ url, users, seconds, threads }) => ({
      args: ["--latency", `-t${threads}`, `-c${users}`, `-d${seconds}s`, url],
    }),
  },
  {
    ...wrk,
    name: "wrk-lua",
    label: "wrk, body checked in Lua",
    against: "ours",
    extent: FEW_USERS,
    files: () => ({ "check.lua": scripts.WRK_SCRIPT }),
    command: ({ url, users, seconds, threads }) => ({
      args: ["--latency", `-t${threads}`, `-c${users}`, `-d${seconds}s`, "-s", "check.lua", url],
    }),
  },
  {
    name: "bare-fetch",
    label: "a loop of fetch and arrayBuffer on Deno",
    program: "deno",
    versionArgs: ["--version"],
    http: "1.1",
    against: "ours-fetch",
    extent: IN_PLAIN,
    files: () => ({ "bare_fetch.ts": scripts.BARE_FETCH_SCRIPT }),
    command: ({ url, certificatePath, users, seconds }) => ({
      args: ["run", "-A", "--no-config", "bare_fetch.ts", url, `${users}`, `${seconds}`],
      env: { DENO_CERT: certificatePath },
    }),
    read: outputs.readBareFetch,
  },
  {
    name: "h2load",
    label: "h2load",
    program: "h2load",
    versionArgs: ["--version"],
    http: "2",
    against: "ours",
    command: ({ url, users, seconds, streams }) => ({
      // No warm-up: ours has none, either.
      args: ["-c", `${users}`, "-m", `${streams}`, "-t", "1", "-D", `${seconds}`, "--warm-up-time=0", url],
    }),
    read: outputs.readH2load,
  },
  {
    name: "oha",
    label: "oha",
    program: "oha",
    versionArgs: ["--version"],
    http: "1.1",
    against: "ours",
    extent: FEW_USERS,
    command: ({ url, users, seconds }) => ({
      args: ["--no-tui", "--insecure", "--output-format", "json", "-z", `${seconds}s`, "-c", `${users}`, url],
    }),
    read: outputs.readOha,
  },
  {
    name: "bombardier",
    label: "bombardier",
    program: "bombardier",
    versionArgs: ["--version"],
    http: "1.1",
    against: "ours",
    extent: FEW_USERS,
    command: ({ url, users, seconds, threads }) => ({
      args: ["-k", "-l", "-p", "r", "-o", "json", "-c", `${users}`, "-d", `${seconds}s`, "-t", "30s", url],
      env: { GOMAXPROCS: `${threads}` },
    }),
    read: outputs.readBombardier,
  },
  {
    name: "vegeta",
    label: "vegeta",
    program: "vegeta",
    versionArgs: ["-version"],
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    files: ({ url }) => ({ "targets.txt": `GET ${url}\n` }),
    command: ({ users, seconds, threads }) => ({
      args: [
        ...[`-cpus=${threads}`, "attack", "-http2=false", "-insecure", "-rate=0", `-duration=${seconds}s`],
        ...[`-workers=${users}`, `-max-workers=${users}`, `-connections=${users}`],
        ...["-targets=targets.txt", "-output=vegeta.bin"],
      ],
    }),
    read: outputs.readVegeta,
  },
  {
    name: "hey",
    label: "hey",
    program: "hey",
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    command: ({ url, users, seconds, threads }) => ({
      args: ["-z", `${seconds}s`, "-c", `${users}`, "-cpus", `${threads}`, url],
    }),
    read: outputs.readHey,
  },
  {
    name: "goose",
    label: "goose",
    program: "goose-bench",
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    command: ({ url, users, seconds }) => ({
      args: [
        ...["--host", url, "--users", `${users}`, "--increase-rate", `${users}`, "--run-time", `${seconds}s`],
        ...["--no-reset-metrics", "--no-print-metrics", "--report-file", "goose.json"],
      ],
    }),
    read: outputs.readGoose,
  },
  {
    name: "autocannon",
    label: "autocannon",
    program: "autocannon",
    versionArgs: ["--version"],
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    command: ({ url, users, seconds, threads }) => ({
      args: ["--json", "-c", `${users}`, "-d", `${seconds}`, ...(threads > 1 ? ["-w", `${threads}`] : []), url],
    }),
    read: outputs.readAutocannon,
  },
  {
    name: "locust",
    label: "Locust, FastHttpUser",
    program: "locust",
    versionArgs: ["--version"],
    versionPattern: /python/i,
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    files: () => ({ "bench_locust.py": scripts.LOCUST_SCRIPT }),
    command: ({ url, users, seconds, threads }) => ({
      args: [
        ...["-f", "bench_locust.py", "--headless", "--only-summary", "--csv", "locust"],
        ...["--host", url.replace(/\/$/, "")], // it would ask for "//"
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
    http: "1.1",
    against: "ours",
    extent: FAR_BEHIND,
    files: () => ({ "bench_aiolocust.py": scripts.AIOLOCUST_SCRIPT }),
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

async function printed(path: string, args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await new Deno.Command(path, { args: [...args], env: { NO_COLOR: "1" } }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}
