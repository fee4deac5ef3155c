// Our own tool, in the ways in which it is measured.

import { fileURLToPath } from "node:url";
import { readOurs } from "./outputs.ts";
import type { Load, Tool } from "./tools.ts";

const MAIN = fileURLToPath(new URL("../../main.ts", import.meta.url));
/** What the binary is compiled with. */
const V8_FLAGS = Deno.readTextFileSync(new URL("../../scripts/v8-flags", import.meta.url)).trim();
const LOCUSTFILE = fileURLToPath(new URL("./locustfile.ts", import.meta.url));
const ONCE = fileURLToPath(new URL("./once.ts", import.meta.url));

/** With a script that checks each body, with a URL alone, and over Deno's fetch. */
export const OURS: readonly Tool[] = [
  ours("ours", "**locust for Deno**", (load) => ["--host", load.url, LOCUSTFILE], { http: "both", isThreaded: true }),
  ours("ours-url", "**locust for Deno**, a URL", (load) => [load.url], { http: "1.1", isThreaded: true }),
  ours("ours-fetch", "locust for Deno, fetch", (load) => ["--host", load.url, "--transport", "fetch", LOCUSTFILE], {
    http: "1.1",
  }),
];

/** Returns what starts all users and ends when each has had its answer. */
export function startArgs({ url, users, threads }: Load): string[] {
  return [
    ...["run", "-A", `--v8-flags=${V8_FLAGS}`, MAIN, ONCE, "--host", url, "--http", "1.1", "--json", "-"],
    ...["--users", `${users}`, "--iterations", `${users}`, "--workers", `${threads}`],
  ];
}

function ours(
  name: string,
  label: string,
  what: (load: Load) => string[],
  rest: Pick<Tool, "http" | "isThreaded">,
): Tool {
  return {
    name,
    label,
    program: "deno",
    versionArgs: ["run", "-A", MAIN, "--version"],
    against: null,
    ...rest,
    command: (load) => ({
      args: [
        ...["run", "-A", `--v8-flags=${V8_FLAGS}`, MAIN, ...what(load), "--json", "-"],
        ...(name === "ours-fetch" ? [] : ["--http", load.http]),
        ...["--users", `${load.users}`, "--duration", `${load.seconds}s`, "--workers", `${load.threads}`],
      ],
      // The fetch transport cannot skip the check of a certificate; this way all do the same.
      env: { DENO_CERT: load.certificatePath, BENCH_STREAMS: `${load.streams}` },
    }),
    read: readOurs,
  };
}
