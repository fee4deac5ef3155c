// The open model at a high rate: does the schedule hold, and how late do iterations begin?

import { measure } from "./host/measure.ts";
import { countsBetween, type Nginx, settle } from "./host/nginx.ts";
import type { Cpus } from "./host/proc.ts";
import type { Bench } from "./scenarios.ts";
import type { InstalledTool } from "./tools/tools.ts";

/** Users that may run at once: twice what answers of 2.5 ms would take. */
export const USERS = 100;
/** What is left out: a cold worker compiles and connects in it. */
export const WARM_UP_SECONDS = 2;
/** Iterations asked for per second, on one worker. */
export const ASKED_PER_SECOND = 20_000;

/** What came of it. */
export interface ScheduleResult {
  readonly seconds: number;
  readonly asked: number;
  readonly started: number;
  readonly dropped: number;
  /** Requests as the tool counted them, those of the warm-up included. */
  readonly counted: number;
  /** Users that were started. */
  readonly connections: number;
  /** Requests as nginx counted them. */
  readonly served: number;
  /** From due to begun. */
  readonly lateness: Times;
  readonly response: Times;
  readonly service: Times;
}

/** Times in milliseconds. */
export interface Times {
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Runs the open model on one core. */
export async function schedule(tool: InstalledTool, nginx: Nginx, cpus: Cpus, bench: Bench): Promise<ScheduleResult> {
  const { folder, seconds, signal } = bench;
  await settle(nginx);
  const before = await nginx.counts();
  const { httpUrl: url, certificatePath } = nginx;
  const { args, env } = tool.command({
    url,
    certificatePath,
    users: USERS,
    seconds: seconds + WARM_UP_SECONDS,
    threads: 1,
    http: "1.1",
    streams: 1,
  });
  const measured = await measure({
    program: tool.path,
    args: [...args, "--arrival-rate", String(ASKED_PER_SECOND), "--warm-up", `${WARM_UP_SECONDS}s`],
    env: env ?? {},
  }, { cpus, folder, timeoutSeconds: seconds + 45, sampleMs: 1000, signal });
  const { requests: served, connections } = countsBetween(before, await nginx.counts());
  const { run, arrivals, total } = JSON.parse(measured.stdout);
  return {
    seconds,
    asked: run.askedIterations,
    started: arrivals.started,
    counted: run.warmUpRequests + total.count,
    dropped: arrivals.dropped,
    connections,
    served,
    lateness: arrivals.lateness,
    response: total,
    service: total.service,
  };
}
