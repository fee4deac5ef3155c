// How long many TLS users take to start: from the first connection that nginx accepts to the answer to the last user's
// first request, as nginx's log has them.

import { measure } from "./host/measure.ts";
import { type Nginx, settle } from "./host/nginx.ts";
import type { Cpus } from "./host/proc.ts";
import { QuietWatch } from "./host/quiet.ts";
import { median, type Ratio } from "./medians.ts";
import type { Bench } from "./scenarios.ts";
import { startArgs } from "./tools/ours.ts";
import type { InstalledTool, Load } from "./tools/tools.ts";

/** Ours against another way. */
export interface StartsResult {
  readonly title: string;
  readonly ratio: Ratio | null;
  /** What is asked: the ratio's upper bound. */
  readonly most: number;
}

/** A way to start all users. */
interface Way {
  readonly tool: InstalledTool;
  readonly threads: number;
  args(load: Load): string[];
}

const USERS = [500, 4000];
/** With several workers, on both cores. */
const TWO_CORES_USERS = 1000;
const TIMEOUT_SECONDS = 60;

/** Measures all comparisons; those with h2load only where it is installed. */
export async function starts(
  tools: readonly InstalledTool[],
  nginx: Nginx,
  [toolCpus, serverCpus]: readonly [Cpus, Cpus],
  bench: Bench,
): Promise<StartsResult[]> {
  const ours = tools.find(({ name }) => name === "ours");
  const h2load = tools.find(({ name }) => name === "h2load");
  if (ours === undefined) return [];
  const results: StartsResult[] = [];
  const both = `${toolCpus},${serverCpus}`;
  const compare = async (title: string, users: number, most: number, one: Way, other: Way, cpus: Cpus) => {
    const ratios: number[] = [];
    let noisy = 0;
    const watch = new QuietWatch(toolCpus, serverCpus);
    for (let round = 0; round < bench.rounds; round++) {
      const { result: { first, second }, noise } = await watch.watch(async () => ({
        first: await startSeconds(one, users, nginx, cpus, bench),
        second: await startSeconds(other, users, nginx, cpus, bench),
      }));
      bench.log(`${title}, round ${round + 1}: ${first} s and ${second} s${noise === null ? "" : `, ${noise}`}`);
      if (first === null || second === null) continue;
      ratios.push(first / second);
      if (noise !== null) noisy++;
    }
    const ratio = ratios.length === 0 ? null : {
      ...{ median: median(ratios)!, least: Math.min(...ratios), most: Math.max(...ratios) },
      ...{ pairs: ratios.length, noisy },
    };
    results.push({ title, ratio, most });
  };
  if (h2load !== undefined) {
    for (const users of USERS) {
      const title = `${users.toLocaleString("en-US")} TLS users, one worker, time to start against h2load`;
      await compare(title, users, 1.25, oursWith(ours, 1), h2loadWay(h2load), toolCpus);
    }
  }
  const title = (workers: number) => `${TWO_CORES_USERS} TLS users, four workers against ${workers}, time to start`;
  await compare(title(2), TWO_CORES_USERS, 1.1, oursWith(ours, 4), oursWith(ours, 2), both);
  await compare(title(1), TWO_CORES_USERS, 1, oursWith(ours, 4), oursWith(ours, 1), both);
  return results;
}

function oursWith(tool: InstalledTool, threads: number): Way {
  return { tool, threads, args: startArgs };
}

function h2loadWay(tool: InstalledTool): Way {
  const args = ({ url, users }: Load) => ["--h1", "-c", `${users}`, "-n", `${users}`, "-t", "1", url];
  return { tool, threads: 1, args };
}

/** Returns how long all users took to get their first answer; `null` if not all of them got one. */
async function startSeconds(way: Way, users: number, nginx: Nginx, cpus: Cpus, bench: Bench): Promise<number | null> {
  await settle(nginx);
  const path = await nginx.startLog();
  const { certificatePath, loggedUrl: url } = nginx;
  const load = { url, certificatePath, users, seconds: 0, threads: way.threads, http: "1.1", streams: 1 } as const;
  const { env } = way.tool.command(load);
  await measure({ program: way.tool.path, args: way.args(load), env: env ?? {} }, {
    ...{ cpus, folder: bench.folder, timeoutSeconds: TIMEOUT_SECONDS, sampleMs: 1000, signal: bench.signal },
  });
  return secondsOf(await Deno.readTextFile(path), users);
}

/** Reads the log: when each connection was accepted, and when its first request was answered. */
function secondsOf(log: string, users: number): number | null {
  let firstAccept = Infinity;
  let lastAnswer = 0;
  const connections = new Set<string>();
  for (const line of log.split("\n")) {
    const [connection, atText, sinceAcceptText] = line.split(" ");
    if (sinceAcceptText === undefined || connections.has(connection!)) continue;
    connections.add(connection!);
    firstAccept = Math.min(firstAccept, Number(atText) - Number(sinceAcceptText));
    lastAnswer = Math.max(lastAnswer, Number(atText));
  }
  return connections.size < users ? null : Number((lastAnswer - firstAccept).toFixed(3));
}
