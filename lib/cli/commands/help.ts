/**
 * The help of `locust`.
 *
 * @module
 */

import { bold, cyan } from "@std/fmt/colors";
import { defaultText, OPTION_KEYS } from "../../engine/options/resolve_options.ts";
import { type Flag, longNames, SUBJECT_VARIABLE, takesValue, variableOf } from "../flags/flag.ts";
import { FLAGS } from "../flags/flags.ts";

/** Width of the help, in columns. */
const WIDTH = 80;
/** Maximum width of the flag column; the help of a longer flag starts on the next line. */
const MAX_FLAG_WIDTH = 30;

const USAGE = `Usage: locust [locustfile] [options]
       locust <url> [options]
       locust debug [locustfile] | check [locustfile]
       locust init [--deno] | completions <shell>
       locust agent --nats <url>
       locust import <file> | record <url> [-o <locustfile>]
       locust compare <old.json> <new.json>
       locust help [command]

Runs the users of a locustfile, a TypeScript or JavaScript module; the default
is locustfile.ts (or .js, .mts, .mjs) in this folder. With an http:// or
https:// URL instead, every user requests that URL.

On a terminal, keys add users, pause and stop the run; ? lists them.

init writes a first locustfile (and a deno.json for the editor); import makes
one of recorded traffic, and record of what you do in a browser; debug runs one
user and prints all that goes over the wire; check inspects a locustfile without
sending anything; agent runs users for a coordinator; compare tells whether a
run is slower than an earlier one; completions supports bash, zsh and fish.
`;

const EXAMPLES: readonly (readonly [string, string])[] = [
  ["locust", "1 user runs locustfile.ts until Ctrl-C"],
  ["locust -u 100 -d 30", "100 users for 30 seconds"],
  ["locust shop.ts -u 500 -r 10 -d 5m", "10 more users every second"],
  ["locust http://localhost:8080/ -i 1000", "1000 requests, no script"],
];

/**
 * Returns the help: usage, flags by group, examples. Every line fits 80 columns.
 *
 * @param flags The table of flags
 * @param options Whether headings and flags are coloured; `isColored` is false by default
 */
export function helpText(flags: readonly Flag[] = FLAGS, options: { readonly isColored?: boolean } = {}): string {
  const isColored = options.isColored ?? false;
  const heading = (text: string) => isColored ? bold(text) : text;
  const name = (text: string) => isColored ? cyan(text) : text;
  const specs = new Map(flags.map((flag) => [flag, flagText(flag)]));
  const widths = [...specs.values()].map((spec) => spec.length).filter((length) => length <= MAX_FLAG_WIDTH);
  const width = Math.max(0, ...widths);
  const sections = [...Map.groupBy(flags, (flag) => flag.group)].map(([group, members]) => [
    heading(`${group}:`),
    ...members.flatMap((flag) => rows(specs.get(flag)!, descriptionOf(flag), width, name)),
  ]);
  const examples = [heading("Examples:"), ...EXAMPLES.map(([line, says]) => `  ${name(line.padEnd(39))}${says}`)];
  const variables = [heading("Environment:"), ...wrap(variablesText(flags), WIDTH - 2).map((line) => `  ${line}`)];
  return [[USAGE.trimEnd()], ...sections, variables, examples].map((lines) => lines.join("\n")).join("\n\n") + "\n";
}

function flagText(flag: Flag): string {
  const short = flag.short === undefined ? "    " : `-${flag.short}, `;
  const name = flag.value ?? "value";
  const value = flag.kind === "optional" ? ` [${name}]` : takesValue(flag) ? ` <${name}>` : "";
  return short + longNames(flag).map((long) => `--${long}`).join(", ") + value;
}

function descriptionOf(flag: Flag): string {
  const key = OPTION_KEYS.find((one) => one === flag.key);
  const initial = key === undefined ? "" : defaultText(key);
  const notes = [flag.kind === "repeatable" ? "repeatable" : "", initial === "" ? "" : `default: ${initial}`];
  const text = notes.filter((note) => note !== "").join("; ");
  return text === "" ? flag.help : `${flag.help} (${text})`;
}

function rows(spec: string, description: string, width: number, name: (text: string) => string): string[] {
  const indent = " ".repeat(width + 4);
  const lines = wrap(description, WIDTH - indent.length).map((line) => indent + line);
  if (spec.length <= width) return [`  ${name(spec.padEnd(width))}  ${lines[0]!.trimStart()}`, ...lines.slice(1)];
  const [first = "", ...others] = wrap(spec.trimStart(), WIDTH - 6);
  const lead = " ".repeat(2 + spec.length - spec.trimStart().length);
  return [lead + name(first), ...others.map((line) => " ".repeat(6) + name(line)), ...lines];
}

function variablesText(flags: readonly Flag[]): string {
  const example = flags.find((flag) => flag.kind !== "action" && flag.long.includes("-")) ?? flags[0];
  const named = example === undefined ? "" : `, ${variableOf(example.long)} is --${example.long}`;
  return `Each option can also be set by a variable${named}; ${SUBJECT_VARIABLE} is the locustfile. ` +
    "An option on the command line beats its variable.";
}

/** Wraps a string at `width` characters: at spaces, or within words that are longer. */
function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ").flatMap((one) => one.match(new RegExp(`.{1,${width}}`, "g")) ?? [])) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = word;
    else if (line.length + 1 + word.length <= width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines;
}
