// A minute at full speed: does memory stay flat, and does every count agree with the server's?

import { measure } from "./host/measure.ts";
import { countsBetween, type Nginx, settle } from "./host/nginx.ts";
import type { Cpus } from "./host/proc.ts";
import type { Bench } from "./scenarios.ts";
import type { InstalledTool } from "./tools/tools.ts";

/** What came of it. */
export interface SoakResult {
  readonly users: number;
  readonly seconds: number;
  /** Resident memory at the start of each second after {@linkcode SETTLING_SECONDS}. */
  readonly rssBytes: readonly number[];
  /** How far the greatest of them is above the least, 0 for not at all; `null` without any. */
  readonly spread: number | null;
  /** Requests as the tool counted them, failed ones included; `null` if it left no figures. */
  readonly counted: number | null;
  readonly failures: number;
  /** Requests as nginx counted them. */
  readonly served: number;
  readonly problem: string | null;
}

/** How long memory may grow. */
export const SETTLING_SECONDS = 10;
const USERS = 50;

/** Runs a tool for long, on one core. */
export async function soak(
  tool: InstalledTool,
  nginx: Nginx,
  cpus: Cpus,
  seconds: number,
  bench: Bench,
): Promise<SoakResult> {
  await settle(nginx);
  const before = await nginx.counts();
  const { httpUrl: url, certificatePath } = nginx;
  const load = { url, certificatePath, users: USERS, seconds, threads: 1, http: "1.1", streams: 1 } as const;
  const command = tool.command(load);
  const measured = await measure({ program: tool.path, ...command }, {
    cpus,
    folder: bench.folder,
    timeoutSeconds: seconds + 45,
    sampleMs: 1000,
    signal: bench.signal,
  });
  const { requests: served } = countsBetween(before, await nginx.counts());
  const rssBytes = measured.samples
    .filter((sample) => sample.seconds >= SETTLING_SECONDS && sample.seconds < seconds)
    .map((sample) => sample.rssBytes);
  const result = {
    users: USERS,
    seconds,
    rssBytes,
    spread: rssBytes.length === 0 ? null : Math.max(...rssBytes) / Math.min(...rssBytes) - 1,
    served,
  };
  try {
    const { requests, failures } = tool.read({
      stdout: measured.stdout,
      stderr: measured.stderr,
      folder: bench.folder,
    });
    const problem = measured.exitCode === 0 ? null : `exit code ${measured.exitCode}`;
    return { ...result, counted: requests, failures, problem };
  } catch {
    return { ...result, counted: null, failures: 0, problem: `no figures, exit code ${measured.exitCode}` };
  }
}
