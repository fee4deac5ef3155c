// Runs one command on given processors and measures what it used.

import { join } from "node:path";
import { type Cpus, descendants, memory } from "./proc.ts";

/** What to run. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Variables added to ours. */
  readonly env?: Readonly<Record<string, string>>;
}

/** How to run it. */
export interface MeasureOptions {
  /** Where it may run. */
  readonly cpus: Cpus;
  /** An existing folder: where it runs, and where its times are written. */
  readonly folder: string;
  /** After this it is ended, with everything it started. */
  readonly timeoutSeconds: number;
  /** How often memory is read; the peak, which the kernel keeps, does not depend on it. */
  readonly sampleMs: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** What came of it. */
export interface Measured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** User and system time of the command and everything it waited for, start-up included. */
  readonly cpuSeconds: number;
  readonly elapsedSeconds: number;
  /** Most memory resident at once; of several processes, the sum of their own peaks. */
  readonly peakBytes: number;
  readonly samples: readonly { readonly seconds: number; readonly rssBytes: number }[];
}

// `time` is bash's own, to a millisecond, and comes from the kernel's account of the children waited for. The command's
// own stderr goes around the file that takes what `time` prints. Its exit code is `time`'s.
const SCRIPT = `
ulimit -S -n "$(ulimit -H -n)"
TIMEFORMAT="%3R %3U %3S"
{ time taskset -c "$1" "\${@:2}" 2>&3; } 3>&2 2>"$0"
`;

/** Runs a command to its end. */
export async function measure(command: Command, options: MeasureOptions): Promise<Measured> {
  const { cpus, folder, timeoutSeconds, sampleMs, signal } = options;
  const times = join(folder, "times");
  await Deno.remove(times).catch(() => {});
  const child = new Deno.Command("timeout", {
    args: ["-k", "5", String(timeoutSeconds), "bash", "-c", SCRIPT, times, cpus, command.program, ...command.args],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1", ...command.env },
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn();
  const startMs = performance.now();
  const samples: { seconds: number; rssBytes: number }[] = [];
  let peakBytes = 0;
  const sample = () => {
    // Below `timeout` comes bash, and below that what is measured.
    const used = descendants(child.pid).slice(1).map(memory);
    if (used.length === 0) return;
    const sum = (field: "rssBytes" | "peakBytes") => used.reduce((total, one) => total + one[field], 0);
    samples.push({ seconds: (performance.now() - startMs) / 1000, rssBytes: sum("rssBytes") });
    peakBytes = Math.max(peakBytes, sum("peakBytes"));
  };
  const timer = setInterval(sample, sampleMs);
  try {
    const { code, stdout, stderr } = await child.output();
    const [elapsedSeconds, user, system] = await readTimes(times);
    return {
      exitCode: code,
      stdout: new TextDecoder().decode(stdout),
      stderr: new TextDecoder().decode(stderr),
      cpuSeconds: user + system,
      elapsedSeconds,
      peakBytes,
      samples,
    };
  } finally {
    clearInterval(timer);
  }
}

/** Reads the times; zeroes when the command was ended before they could be written. */
async function readTimes(path: string): Promise<[elapsed: number, user: number, system: number]> {
  const text = await Deno.readTextFile(path).catch(() => "");
  const match = text.match(/^([\d.]+) ([\d.]+) ([\d.]+)\s*$/m);
  return match === null ? [0, 0, 0] : [Number(match[1]), Number(match[2]), Number(match[3])];
}
