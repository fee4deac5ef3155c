// What `deno task bench` can be told.

import { parseArgs } from "node:util";
import { TOOLS } from "./tools/tools.ts";

/** What to run. */
export interface BenchOptions {
  readonly rounds: number;
  readonly seconds: number;
  readonly users: readonly number[];
  /** Names of the tools; `null` for all that are there. */
  readonly only: readonly string[] | null;
  readonly parts: readonly Part[];
  readonly soakSeconds: number;
  /** Whether the results are kept in bench/RESULTS.md. */
  readonly shouldWrite: boolean;
}

/** A part of the bench: HTTP/1.1, HTTP/2, two workers, many TLS users at once, the long run, the open model. */
export type Part = "grid" | "http2" | "two-workers" | "starts" | "soak" | "schedule";

const PARTS: readonly Part[] = ["grid", "http2", "two-workers", "starts", "soak", "schedule"];

const HELP = `Usage: deno task bench [options]

Measures locust for Deno and the tools that are on PATH against nginx, on
loopback, each pinned to one core, and writes bench/RESULTS.md.

      --rounds <n>         rounds, each with one pair of each tool and ours;
                           medians are taken over them (default: 5)
      --seconds <n>        seconds of each run (default: 5)
      --users <n,n,…>      users of the tables (default: 50,1000,4000)
      --only <tool,tool>   of ${wrapped(TOOLS.map(({ name }) => name))}
      --grid               only HTTP/1.1, in plain text and over TLS
      --http2              only HTTP/2 over TLS, with 1 and 10 streams
      --two-workers        only two workers on two cores
      --starts             only the start of many users over TLS
      --soak               only the long run: flat memory, equal counts
      --schedule           only the open model at 20,000 iterations a second
      --soak-seconds <n>   seconds of the long run (default: 60)
      --no-write           leave bench/RESULTS.md as it is
  -h, --help               show this help
`;

/**
 * Reads the command line.
 *
 * @returns The options, or the help when that was asked for
 * @throws {TypeError} if there is something wrong with it
 */
export function readOptions(args: readonly string[]): BenchOptions | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: "string", default: "5" },
      seconds: { type: "string", default: "5" },
      users: { type: "string", default: "50,1000,4000" },
      only: { type: "string" },
      grid: { type: "boolean", default: false },
      http2: { type: "boolean", default: false },
      "two-workers": { type: "boolean", default: false },
      starts: { type: "boolean", default: false },
      soak: { type: "boolean", default: false },
      schedule: { type: "boolean", default: false },
      "soak-seconds": { type: "string", default: "60" },
      "no-write": { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return HELP;
  const parts = PARTS.filter((part) => values[part]);
  return {
    rounds: wholeNumber("rounds", values.rounds, 100),
    seconds: wholeNumber("seconds", values.seconds, 600),
    users: values.users.split(",").map((text) => wholeNumber("users", text, 15_000)),
    only: values.only === undefined ? null : values.only.split(",").map(toolName),
    parts: parts.length === 0 ? PARTS : parts,
    soakSeconds: wholeNumber("soak-seconds", values["soak-seconds"], 3600),
    shouldWrite: !values["no-write"],
  };
}

/** Returns names with commas, in lines of the help. */
function wrapped(names: readonly string[]): string {
  const lines = [""];
  for (const [index, name] of names.entries()) {
    const word = index === names.length - 1 ? name : `${name},`;
    if (lines.at(-1)!.length + word.length > 50) lines.push("");
    lines.push(`${lines.pop()} ${word}`.trim());
  }
  return lines.join(`\n${" ".repeat(27)}`);
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new TypeError(`Cannot use --${name} "${text}": expected a whole number from 1 to ${most}`);
}

function toolName(text: string): string {
  const name = text.trim();
  if (TOOLS.some((tool) => tool.name === name)) return name;
  const names = TOOLS.map((tool) => tool.name).join(", ");
  throw new TypeError(`Cannot use --only "${name}": expected some of ${names}`);
}
