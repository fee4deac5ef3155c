/**
 * Detects that the generator itself is the bottleneck, so that it measures its own delays.
 *
 * @module
 */

import { formatDuration, formatPercent } from "../../../core/units.ts";
import type { ThreadUse } from "../../messages.ts";

/** Share of the time, running or ready, from which a worker counts as busy. */
const BUSY_SHARE = 0.9;
/** Time over which that share is averaged, in milliseconds: a single report may show a quiet moment. */
const AVERAGED_MS = 1000;
/** Delay of the event loop from which a worker counts as busy, in milliseconds. */
const BUSY_LAG_MS = 100;
/** Share of the time without a core from which the warning names it. */
const NOTABLE_WAIT_SHARE = 0.1;
/** How long it must be busy without a pause before the warning, in milliseconds. */
const SUSTAINED_MS = 2000;

/** The worker that is busiest now. */
export interface Busiest {
  /** Name of the worker. */
  readonly worker: string;
  /** Share of the time it was on a core or waited for one, 0–1; `null` if the system does not report it. */
  readonly busyShare: number | null;
  /** Longest its event loop was late, in milliseconds. */
  readonly lagMs: number;
}

interface Streak {
  /** Its last report. */
  last: ThreadUse;
  /** When the first report of the present streak came; `null` outside of one. */
  sinceMs: number | null;
  lastMs: number;
  /** Exponential moving average of the share. */
  averageShare: number;
  /** Length of all sustained streaks so far, without the present one. */
  doneMs: number;
  peakShare: number;
  peakWaitShare: number;
  peakStoppedShare: number;
  peakLagMs: number;
}

/** Follows the load of every worker of a run. */
export class Saturation {
  readonly #streaks = new Map<string, Streak>();

  /** Adds a worker's report. */
  add(worker: string, use: ThreadUse, atMs: number): void {
    const { waitShare, stoppedShare, lagMs } = use;
    const share = wholeShare(use) ?? 0;
    let streak = this.#streaks.get(worker);
    if (streak === undefined) {
      streak = {
        ...{ last: use, sinceMs: null, lastMs: atMs, averageShare: share, doneMs: 0 },
        ...{ peakShare: 0, peakWaitShare: 0, peakStoppedShare: 0, peakLagMs: 0 },
      };
      this.#streaks.set(worker, streak);
    }
    streak.averageShare += (share - streak.averageShare) * Math.min(1, (atMs - streak.lastMs) / AVERAGED_MS);
    if (streak.averageShare >= BUSY_SHARE || lagMs >= BUSY_LAG_MS) {
      streak.sinceMs ??= streak.lastMs; // it was busy since the report before
      streak.peakShare = Math.max(streak.peakShare, share);
      streak.peakWaitShare = Math.max(streak.peakWaitShare, waitShare);
      streak.peakStoppedShare = Math.max(streak.peakStoppedShare, stoppedShare);
      streak.peakLagMs = Math.max(streak.peakLagMs, lagMs);
    } else {
      streak.doneMs += sustainedMs(streak);
      streak.sinceMs = null;
    }
    streak.lastMs = atMs;
    streak.last = use;
  }

  /** Returns the worker with the least time to spare by its last report; `null` before the first one. */
  get busiest(): Busiest | null {
    let busiest: Busiest | null = null;
    for (const [worker, { last }] of this.#streaks) {
      const [share, { lagMs }] = [busyShare(last), last];
      const isBusier = busiest === null || (share ?? 0) > (busiest.busyShare ?? 0) ||
        (share === busiest.busyShare && lagMs > busiest.lagMs);
      if (isBusier) busiest = { worker, busyShare: share, lagMs };
    }
    return busiest;
  }

  /** Returns how busy each worker was by its last report. */
  get all(): readonly Busiest[] {
    return [...this.#streaks].map(([worker, { last }]) => {
      return { worker, busyShare: busyShare(last), lagMs: last.lagMs };
    });
  }

  /** Returns a line for each worker that has been busy for a while. */
  current(): string[] {
    return this.#lines((streak) => sustainedMs(streak), "has been");
  }

  /** Returns a line for each worker that was busy for a while at any time. */
  overall(): string[] {
    return this.#lines((streak) => streak.doneMs + sustainedMs(streak), "was");
  }

  #lines(lengthMs: (streak: Streak) => number, was: string): string[] {
    return [...this.#streaks].flatMap(([worker, streak]) => {
      const ms = lengthMs(streak);
      if (ms === 0) return [];
      const busy = streak.peakShare >= BUSY_SHARE ? `busy for up to ${percent(streak.peakShare)} of the time` : "";
      const lag = streak.peakLagMs >= BUSY_LAG_MS
        ? `late by up to ${formatDuration(Math.round(streak.peakLagMs))}`
        : "";
      const how = [busy, withoutCore(streak), lag].filter((part) => part !== "").join(", ");
      return [
        `${worker} ${was} saturated for ${formatDuration(Math.round(ms / 1000) * 1000)} (${how}): response times ` +
        "include its own delay. Use more workers on more cores, fewer users, or another machine.",
      ];
    });
  }
}

/** Returns the share of the time a thread was running or ready, 0–1; `null` if the system does not report it. */
function busyShare(use: ThreadUse): number | null {
  const share = wholeShare(use);
  return share === null ? null : Math.min(1, share);
}

/**
 * Returns the same as it adds up: more than 1 where a stop that is known only after its end began before the time this is
 * about.
 */
function wholeShare({ cpuShare, waitShare, stoppedShare }: ThreadUse): number | null {
  return cpuShare === null ? null : cpuShare + waitShare + stoppedShare;
}

/** Describes the share of time a thread was ready but had no core; empty if it was small. */
function withoutCore({ peakWaitShare, peakStoppedShare }: Streak): string {
  if (Math.max(peakWaitShare, peakStoppedShare) < NOTABLE_WAIT_SHARE) return "";
  return peakWaitShare >= peakStoppedShare
    ? `up to ${percent(peakWaitShare)} of it without a core, which other programs had`
    : `up to ${percent(peakStoppedShare)} of it stopped by its host, or in a call that blocks`;
}

function percent(share: number): string {
  return formatPercent(Math.min(share, 1));
}

function sustainedMs({ sinceMs, lastMs }: Streak): number {
  return sinceMs !== null && lastMs - sinceMs >= SUSTAINED_MS ? lastMs - sinceMs : 0;
}
